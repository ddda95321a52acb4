package uk.turnstone.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.io.path.readBytes

private val HTTP: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

/** Headers that Java's client sets itself. */
private val ITS_OWN = setOf("content-length", "host", "connection")

/** One request by Java's own HTTP, one outcome. */
fun carry(
    step: Step,
    body: ByteArray?,
): Outcome {
    val publisher = body?.let { HttpRequest.BodyPublishers.ofByteArray(it) } ?: HttpRequest.BodyPublishers.noBody()
    val request = HttpRequest.newBuilder(URI(step.url)).method(step.method, publisher).timeout(Duration.ofSeconds(30))
    step.headers.filter { it.name.lowercase() !in ITS_OWN }.forEach { request.header(it.name, it.value) }
    return try {
        val answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
        val number = { name: String -> answer.headers().firstValue(name).map { it.toULong() }.orElse(null) }
        val read = answer.body().use { it.readNBytes(step.answerLimit.toInt()) }
        Outcome.Answer(answer.statusCode().toUShort(), number("upload-offset"), number("retry-after"), read)
    } catch (_: IOException) {
        Outcome.Failed(Failure.UNREACHABLE)
    }
}

class ByJava : Transport {
    @Volatile
    var throws = true
    val carried = AtomicInteger()

    override fun carry(
        step: Step,
        bodies: Bodies,
    ): Outcome {
        if (throws) error("a carrier's own trouble")
        carried.incrementAndGet()
        return carry(step, body(step.body, bodies))
    }

    private fun body(
        of: StepBody,
        bodies: Bodies,
    ): ByteArray? =
        when (of) {
            is StepBody.Empty -> null
            is StepBody.Inline -> of.bytes
            is StepBody.Media -> {
                val whole = ByteArrayOutputStream()
                while (whole.size().toULong() < of.len) {
                    val at = whole.size().toULong()
                    whole.write(bodies.read(of.media, of.offset + at, (of.len - at).toUInt()))
                    bodies.handed(whole.size().toULong())
                }
                whole.toByteArray()
            }
        }

    override fun networkChanged() = Unit
}

/** Requests carried by something else than the library: within this process, and by one that outlives it. */
class CarriersTest : WithDesk() {
    @Test
    @Scenario("S17")
    fun `a carrier of Java's own brings a report there`() =
        play {
            val client = client()
            val carrier = ByJava()
            val note = client.note(content()).held()
            note.attachPath(PHOTO.toString())
            note.submit(0u)
            desk.serve()
            val sender = client.senderBy(carrier, Wishes()).held()
            assertEquals(3u, sender.run(Network.UNMETERED, true).waiting)
            assertEquals("no-connection", client.waiting().first().reason?.code)
            carrier.throws = false
            assertEquals(3u, sender.run(Network.UNMETERED, true).stored)
            assertTrue(carrier.carried.get() > 2)
        }

    @Test
    @Scenario("S18")
    fun `an outcome is settled after the home was opened again`() =
        play {
            val client = client()
            client.note(content()).use { it.submit(0u) }
            desk.serve()
            val body = folder.resolve("body")
            val (started, outcome) =
                client.sender(Wishes()).use { sender ->
                    val started = sender.nextSteps(Network.METERED, listOf()).start.single()
                    sender.writeBody(started.step.body, body.toString())
                    started to carry(started.step, body.readBytes())
                }
            client.close()
            val settled = whenFree(again()).use { it.settle(started.ticket, outcome) }
            assertEquals(ItemState.STORED, settled?.state)
        }

    /** The right to send is given back on a thread of the library. */
    private suspend fun whenFree(client: Client): Sender {
        while (true) {
            try {
                return client.sender(Wishes())
            } catch (_: CoreException.TryAgain) {
                continue
            }
        }
    }
}
