"""The judge's process: it reads notices and decides, one after the other, in the order it is told.

It reads the journal and writes nothing; the relay writes what it decides. It lives on its standard input and output,
a line of JSON each way, and ends with the relay: at the end of its input, and within the time limit of a decision even
if the relay was killed while something here was stuck.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from typing import TextIO

from ovro_alert.catalogue.repeaters import load_repeaters
from ovro_alert.relay.journal import notices, second_looks
from ovro_alert.relay.journal.looking import Looker, Picture
from ovro_alert.relay.judge import Judge
from ovro_alert.relay.judge_orders import Bench, Order
from ovro_alert.relay.judge_warming import burst, station_trigger, superevent, warm
from ovro_alert.times import EXACT
from ovro_alert.verdicts import Decision


def main() -> None:
    """Serve the relay until it ends."""
    answers = _own_output()
    logging.basicConfig(stream=sys.stderr, format="judge: %(levelname)s %(message)s", level=logging.WARNING)
    bench = Bench.model_validate_json(sys.stdin.readline())
    looker = Looker(bench.journal)
    judge = Judge(bench.limits, load_repeaters(bench.repeaters), bench.role)
    for raw in (burst(), superevent(), station_trigger()):
        warm(judge.decide, looker, raw)
    gc.freeze()  # what is here now stays: the collector need not look at it again in the middle of a decision
    _say(answers, "ready")
    for line in sys.stdin:
        order = Order.model_validate_json(line)
        # the default action of SIGALRM ends a process in whatever it is stuck, without Python's help
        signal.setitimer(signal.ITIMER_REAL, bench.timeout_s * 1.25)
        decision = _decide(judge, looker, order)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(answers, "null" if decision is None else decision.model_dump_json(context=EXACT, exclude_defaults=True))


def _decide(judge: Judge, looker: Looker, order: Order) -> Decision | None:
    return looker.look(lambda picture: _looked(judge, picture, order) if order.look else _judged(judge, picture, order))


def _judged(judge: Judge, picture: Picture, order: Order) -> Decision | None:
    notice = notices.waiting(picture, order.notice)
    if notice is None:
        return None
    # what this picture says of the notice is decided on, whatever became of it since it was queued
    decision = judge.decide(picture, notice, notice.received if notice.history else order.now)
    return decision.model_copy(update={"history": notice.history})


def _looked(judge: Judge, picture: Picture, order: Order) -> Decision | None:
    look = second_looks.find_open(picture, order.look)
    return None if look is None else judge.look_again(picture, look, order.now)


def _own_output() -> TextIO:
    """Keep the relay's end of the pipe to ourselves: what a library prints goes to the log."""
    mine = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return mine


def _say(answers: TextIO, line: str) -> None:
    answers.write(line + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
