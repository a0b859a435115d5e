"""The command `salebot-uiscom`. Every import stands where it is needed: the commands typed most often start at once."""

import sys
from io import TextIOWrapper


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the answer is the exit status.

    `--version` needs nothing but the version, `eval` with plain arguments only the language: neither loads click.
    """
    try:
        status = _run(sys.argv[1:] if arguments is None else list(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left (`| head`): nothing more can be said, not even at the end of the process.
        sys.stdout = None
        return 1
    return status


def _run(argv: list[str]) -> int:
    if argv == ["--version"]:
        from .version import __version__

        print(f"salebot-uiscom {__version__}")
        return 0
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # halves of surrogate pairs; in JSON that is their escape
    if isinstance(sys.stdin, TextIOWrapper) and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")  # as files: what is something else is refused
    if argv[:1] == ["eval"]:
        from .cli import evaluation

        request = evaluation.simple(argv[1:])
        if request is not None:
            return evaluation.run(request)
    from .cli.app import run

    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
