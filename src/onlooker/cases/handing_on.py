"""A case in other hands: somebody is asked, HR or a lawyer decides, or it is hidden from people it concerns."""

from __future__ import annotations

from dataclasses import replace

from onlooker.cases import policy as rules
from onlooker.cases.case_records import DESKS, Case, Desk, Question, Reveal, same_person
from onlooker.cases.case_tables import drop_messages
from onlooker.cases.desk import CaseDesk, now
from onlooker.errors import UsageError


def ask(desk: CaseDesk, case_id: str, whom: str, question: str, author: str) -> Case:
    """Note that `whom` was asked; the case is `asked` until there is an answer. Nobody is asked about themselves."""
    rules.check_reason(question, "a question")
    with desk.store.deciding():
        case = _open(desk, case_id)
        rules.check_author(whom, desk.whom(case), "be asked as a witness")
        if case.is_hidden_from(whom):
            raise UsageError(f"{case_id} is hidden from {whom}", "Ask somebody else, or unseal it first.")
        asked = Question(whom, question, author, now())
        return desk.change(replace(case, question=asked), author, "asked", f"{whom}: {question}")


def answer(desk: CaseDesk, case_id: str, text: str, author: str) -> Case:
    """Note what the one who was asked said."""
    rules.check_reason(text, "an answer")
    with desk.store.deciding():
        case = _open(desk, case_id)
        if case.question is None or case.question.answer:
            raise UsageError(f"nobody has a question about {case_id} to answer", "`onlooker cases ask` notes one.")
        said = replace(case.question, answer=text)
        return desk.change(replace(case, question=said), author, "answered", f"{said.asked}: {text}")


def refer(desk: CaseDesk, case_id: str, to: Desk, author: str, reason: str = "", digest: str = "") -> Case:
    """Note that `to` decides now; `digest` is the SHA-256 of the manifest of what was handed over."""
    if to not in DESKS:
        raise UsageError(f"a case is not referred to {to}", f"Say {', '.join(DESKS)}.")
    with desk.store.deciding():
        case = _open(desk, case_id)
        rules.check_author(author, desk.whom(case), "refer this case")
        sealed = f", manifest {digest}" if digest else ""
        return desk.change(replace(case, referred=to), author, "referred", f"{to}{sealed}: {reason}".rstrip(": "))


def seal(desk: CaseDesk, case_id: str, people: tuple[str, ...], author: str, reason: str) -> Case:
    """Hide a case from people, and from everything that everybody reads."""
    rules.check_reason(reason, "sealing")
    with desk.store.deciding():
        case = desk.show(case_id)
        if any(same_person(author, one) for one in people):
            raise UsageError("you would hide the case from yourself", "Name others with --from.")
        drop_messages(desk.store.db, case_id)
        hidden = tuple(dict.fromkeys((*case.hidden_from, *people)))
        return desk.change(replace(case, hidden_from=hidden), author, "sealed", f"from {', '.join(people)}: {reason}")


def reveal(desk: CaseDesk, case_id: str, author: str, second: str, reason: str) -> Case:
    """Unlock the names of a case where names are hidden: two people agree to it, and the history says so."""
    rules.check_reason(reason, "revealing names")
    with desk.store.deciding():
        case = desk.show(case_id)
        rules.check_author(author, desk.whom(case), "reveal this case")
        rules.check_second(author, second, desk.whom(case), needed=True)
        done = Reveal(author, second, reason, now())
        return desk.change(replace(case, revealed=done), author, "revealed", f"agreed by {second}: {reason}")


def unseal(desk: CaseDesk, case_id: str, author: str, reason: str) -> Case:
    """Show a case to all again."""
    rules.check_reason(reason, "unsealing")
    with desk.store.deciding():
        case = desk.show(case_id)
        return desk.change(replace(case, hidden_from=()), author, "unsealed", reason)


def _open(desk: CaseDesk, case_id: str) -> Case:
    case = desk.show(case_id)
    if case.state == "closed":
        raise UsageError(f"{case_id} is closed", f"`onlooker cases reopen {case_id} --reason WHY` opens it again.")
    return case
