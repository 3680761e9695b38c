"""The simulated Al Tareq sandbox: a Model Bank and the Starter Kit API in front of it.

Two WSGI applications, one process each, because the kit calls the bank while it answers its own
caller and one thread pool for both could wait for itself:

=================  =====================================================================
``starter_kit``    the Starter Kit API: plain JSON outside, FAPI towards the bank
``bank``           the Model Bank: ``/auth1`` ``/as1`` ``/rs1``, and the ``/directory``
=================  =====================================================================

What a request passes on its way, file by file: ``par`` (with ``assertions``, ``request_object`` and
``rar``) takes the pushed request; ``authorize`` (with ``interactions``, ``cards``, ``review`` and
``way_back``) is the journey in the browser; ``tokens`` (with ``grants``) is the token endpoint;
``resources`` (with ``people`` and ``balances``) gives the data, which ``signed_answers`` signs for who wants that.
``customer`` is the page where people stop or suspend sharing. ``state`` keeps everything, sealed.

``control`` (with ``control_guard``, ``control_values`` and ``control_view``) is for tests and presenters;
``controls`` keeps what they set and ``account_status`` the accounts that they suspended or closed, ``faults``
spoils answers around both applications, ``endings`` says how the next authorization ends, ``call_log`` who
called what.

The package imports nothing of the relying party on purpose: if both sides decoded with the same
function, their mistakes would agree. It proves nothing about the real sandbox and holds no real money.
"""
