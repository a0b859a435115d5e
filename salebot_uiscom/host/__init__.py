"""The reference host: bots of blocks and arrows around the calculator (reference: host.md, functions-host.md)."""
