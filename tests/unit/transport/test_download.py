"""A large file comes whole, line by line, over connections that are lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sync_agent.errors import NeedsCredentials, Retryable
from sync_agent.redact import Redactor
from sync_agent.transport.download import TRIES, lines_of
from sync_agent.transport.http import Http
from tests.fakes.clock import FakeClock

CONTENT = b'{"id": 1}\n{"id": "\xc3\xa9"}\n\n{"id": 3}'
LINES = CONTENT.split(b"\n")


class Cut:
    """A file whose connection is lost after so many bytes, one a time."""

    def __init__(self, *cuts: int) -> None:
        self.cuts = list(cuts)
        self.starts: list[int] = []

    def __call__(self, start: int) -> Iterator[bytes]:
        self.starts.append(start)
        rest = CONTENT[start:]
        if not self.cuts:
            yield from (rest[at : at + 3] for at in range(0, len(rest), 3))
            return
        yield rest[: self.cuts.pop(0)]
        raise Retryable("The connection was lost.", "It is tried again.")


def test_lines_come_with_the_place_of_the_next() -> None:
    found = list(lines_of(Cut(), FakeClock()))
    assert [line for line, _at in found] == LINES
    assert found[-1][1] == len(CONTENT)


@pytest.mark.parametrize("cut", range(len(CONTENT)))
def test_a_lost_connection_goes_on_at_the_line_it_broke(cut: int) -> None:
    opened = Cut(cut, cut)
    assert [line for line, _at in lines_of(opened, FakeClock())] == LINES
    assert all(at == 0 or CONTENT[at - 1 : at] == b"\n" for at in opened.starts)


def test_a_later_process_goes_on_where_an_earlier_one_stood() -> None:
    whole = list(lines_of(Cut(), FakeClock()))
    for index, (_line, at) in enumerate(whole):
        rest = [line for line, _at in lines_of(Cut(), FakeClock(), at)]
        assert rest == LINES[index + 1 :]


def test_a_file_that_never_gets_further_is_given_up() -> None:
    opened = Cut(*[0] * 50)
    with pytest.raises(Retryable):
        list(lines_of(opened, FakeClock()))
    assert len(opened.starts) == TRIES


def http(server: HTTPServer) -> Http:
    return Http(server.url_for("/"), clock=FakeClock(), redactor=Redactor())


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "none"])
def test_a_server_with_and_without_ranges_gives_the_rest(
    httpserver: HTTPServer, ranges: bool
) -> None:
    def serve(request: Request) -> Response:
        wanted = request.headers.get("Range", "")
        if not (ranges and wanted):
            return Response(CONTENT)
        start = int(wanted.removeprefix("bytes=").partition("-")[0])
        return Response(CONTENT[start:], status=206)

    httpserver.expect_request("/file").respond_with_handler(serve)
    start = len(LINES[0]) + 1
    found = [line for line, _at in http(httpserver).lines("/file", start=start)]
    assert found == LINES[1:]


def test_a_file_that_ended_gives_nothing_more(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/file").respond_with_data(b"", status=416)
    assert list(http(httpserver).lines("/file", start=9)) == []


def test_an_address_that_ran_out_is_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/file").respond_with_data(b"<Error/>", status=403)
    with pytest.raises(NeedsCredentials):
        list(http(httpserver).lines("/file"))
