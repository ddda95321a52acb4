"""Requests carried by something else than the library: within this process, and by one that outlives it."""

import urllib.error
import urllib.request

import turnstone as t

from .scenarios import PHOTO, WithDesk, content, scenario


def carry(step, body):
    """One request by Python's own HTTP, one outcome."""
    request = urllib.request.Request(step.url, data=body, method=step.method)
    for header in step.headers:
        request.add_header(header.name, header.value)
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as refused:
        answer = refused
    except OSError:
        return t.Outcome.FAILED(why=t.Failure.UNREACHABLE)
    with answer:
        number = lambda name: int(answer.headers[name]) if answer.headers[name] else None
        return t.Outcome.ANSWER(
            status=answer.status,
            offset=number("upload-offset"),
            retry_after_s=number("retry-after"),
            body=answer.read(step.answer_limit),
        )


class ByPython(t.Transport):
    def __init__(self):
        self.throws, self.carried = True, 0

    def carry(self, step, bodies):
        if self.throws:
            raise RuntimeError("a carrier's own trouble")
        self.carried += 1
        body = b""
        if step.body.is_inline():
            body = step.body.bytes
        elif step.body.is_media():
            while len(body) < step.body.len:
                body += bodies.read(step.body.media, step.body.offset + len(body), step.body.len - len(body))
                bodies.handed(len(body))
        return carry(step, body or None)

    def network_changed(self):
        pass


class Carriers(WithDesk):
    @scenario("S17")
    async def test_a_carrier_of_python_s_own_brings_a_report_there(self):
        client, carrier = await self.client(), ByPython()
        note = await client.note(content())
        await note.attach_path(str(PHOTO))
        await note.submit(0)
        self.desk.serve()
        sender = await client.sender_by(carrier, t.Wishes())
        self.assertEqual((await sender.run(t.Network.UNMETERED, True)).waiting, 3)
        self.assertEqual((await client.waiting())[0].reason.code, "no-connection")
        carrier.throws = False
        self.assertEqual((await sender.run(t.Network.UNMETERED, True)).stored, 3)
        self.assertGreater(carrier.carried, 2)

    @scenario("S18")
    async def test_an_outcome_is_settled_after_the_home_was_opened_again(self):
        client = await self.client()
        await (await client.note(content())).submit(0)
        self.desk.serve()
        sender = await client.sender(t.Wishes())
        (started,) = (await sender.next_steps(t.Network.METERED, [])).start
        body = self.folder / "body"
        await sender.write_body(started.step.body, str(body))
        outcome = carry(started.step, body.read_bytes())
        del sender, client
        client = await t.Client.open(self.home, self.keys())
        sender = await self.sender_when_free(client)
        settled = await sender.settle(started.ticket, outcome)
        self.assertEqual(settled.state, t.ItemState.STORED)

    async def sender_when_free(self, client):
        """The right to send is given back on a thread of the library."""
        while True:
            try:
                return await client.sender(t.Wishes())
            except t.CoreError.TryAgain:
                continue
