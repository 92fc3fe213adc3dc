"""A port belongs to one installation, however many start at the same moment."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.services import claim_port

HOST = "127.0.0.1"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def test_those_who_start_together_get_ports_of_their_own(port: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: claim_port(HOST, port), range(8)))
    assert len({one.number for one in found}) == 8
    for one in found:
        one.claim.close()


def test_a_claimed_port_is_free_again_when_its_holder_has_gone(port: int) -> None:
    first = claim_port(HOST, port)
    with pytest.raises(RuntimeProblem, match="is busy"):
        claim_port(HOST, port, tries=1)
    first.claim.close()
    again = claim_port(HOST, port, tries=1)
    again.claim.close()
    assert again.number == port


def test_a_port_on_which_somebody_listens_is_passed_over(port: int) -> None:
    with socket.create_server((HOST, port)):
        found = claim_port(HOST, port)
        found.claim.close()
    assert found.number > port
