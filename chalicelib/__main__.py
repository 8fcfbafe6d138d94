"""`python -m chalicelib`: the command line (contract, section 6)."""

import signal

if __name__ == "__main__":
    # During the imports Ctrl-C ends this process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from chalicelib.cli.main import run_process

    run_process()
