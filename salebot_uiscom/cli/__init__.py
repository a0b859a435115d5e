"""The command line: `app` holds the table of commands, one module per group of them carries them out.

Modules of commands import click and the texts; everything heavy is imported inside the commands.
"""
