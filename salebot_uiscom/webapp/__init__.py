"""The web side of a served bot: receivers and API as an ASGI application, the client card, metrics.

`asgi.create_app(host)` is the whole, `intake.receiver_app(host)` the receivers alone (no library needed),
`server.serve_app` puts either on an address. Everything but the receivers needs the extra `server`:
`pip install 'salebot-uiscom[server]'`.
"""
