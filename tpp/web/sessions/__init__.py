"""The browser's session: its cookie, its sealed row, what it opens, and the pages that change it."""
