"""`python -m tools`: the local runner."""

import signal
import sys

if __name__ == "__main__":
    # Until the runner has handlers of its own, Ctrl-C ends this process without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from chalicelib.cli.main import handle_signals
    from tools.run_local import main

    handle_signals()
    sys.exit(main())
