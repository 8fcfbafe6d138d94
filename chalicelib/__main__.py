"""`python -m chalicelib`: the command line (contract, section 6)."""

import signal

if __name__ == "__main__":
    # While the libraries are imported, Ctrl-C ends this process without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from chalicelib.cli.main import run_process

    run_process()
