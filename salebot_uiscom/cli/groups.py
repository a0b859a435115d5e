"""Groups of commands; click itself speaks English of a misspelt one."""

from __future__ import annotations

from difflib import get_close_matches

import click

from .words import say


class OwnWordsGroup(click.Group):
    """Commands under one name; a misspelt one is told in the language of the run."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.list_commands(ctx), 1, 0.5)
            hint = say(f" Возможно, {near[0]}?", f" Did you mean {near[0]}?") if near else ""
            ctx.fail(say(f"нет команды {args[0]}.{hint}", f"there is no command {args[0]}.{hint}"))
        return super().resolve_command(ctx, args)
