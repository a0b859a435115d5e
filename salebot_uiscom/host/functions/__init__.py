"""Functions that need a host (functions-host.md, tiers 1 and 2); `host.plugin` offers them."""
