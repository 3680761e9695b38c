# Stage 1: the libraries, each checked against its hash.
FROM python:3.11-slim AS libraries
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps -r requirements.txt

# Stage 2: the product. It runs as a user who may write to /data and nowhere else.
FROM python:3.11-slim
RUN groupadd --gid 10001 mizan \
    && useradd --no-log-init --no-create-home --uid 10001 --gid 10001 --shell /usr/sbin/nologin mizan \
    && install --directory --owner=mizan --group=mizan --mode=0700 /data
COPY --from=libraries /venv /venv
WORKDIR /app
COPY . .
RUN chmod -R u=rwX,go=rX /app

ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    INSTANCE_PATH=/data \
    LISTEN_HOST=0.0.0.0 \
    LISTEN_PORT=1411

USER 10001:10001
VOLUME ["/data"]

# 1411 is the app, 1413 the simulated bank. The simulated Starter Kit (1412) is not for anybody outside.
EXPOSE 1411 1413
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['LISTEN_PORT'] + '/healthz', timeout=4)"]
CMD ["python", "app.py"]
