"""HTTP for threads and for asyncio: `HttpTransport` performs `HttpRequest` and `Wait`."""

from .transport import HttpTransport

__all__ = ["HttpTransport"]
