package uk.turnstone.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private val PIN = "2580".encodeToByteArray()
private val OTHER = "1470".encodeToByteArray()

/** Every error says by its class what can be done about it. */
class ErrorsTest : WithDesk() {
    @Test
    @Scenario("S06", "S19")
    fun `every arm of the error`() =
        play {
            val client = client()
            assertCode<CoreException.Unusable>("already-set-up") { client() }
            assertCode<CoreException.Gone>("home") { Client.open(folder.resolve("elsewhere").toString(), keys()) }
            val note = client.note(content(sighting(""))).held()
            assertCode<CoreException.FixInput>("nothing-seen") { note.submit(0u) }
            note.change(content(desk = "another"))
            assertCode<CoreException.NotSendable>("desk-does-not-take") { note.submit(0u) }
            val bad = Fix(position = Coordinates(91.0, 0.0), source = FixSource.HAND)
            assertCode<CoreException.FixInput>("latitude") { note.change(content(sighting(observer = bad))) }

            client.sender(Wishes()).use {
                assertCode<CoreException.TryAgain>("already-sending") { client.sender(Wishes()) }
            }

            val notebook = client.unlock().held()
            assertCode<CoreException.FixInput>("pin-too-short") { notebook.setPin("12".encodeToByteArray()) }
            notebook.setPin(PIN)
            notebook.lock()
            fails<CoreException.Locked> { notebook.drafts(10u) }
            fails<CoreException.Locked> { client.unlock() }
            client.unlockWithPin(PIN).close()
            for (attempt in 1u..20u) {
                when (val error: CoreException = fails { client.unlockWithPin(OTHER) }) {
                    is CoreException.Wait -> {
                        assertTrue(error.waitMs > 0u)
                        assertTrue(client.pinWaitMs()!! > 0u)
                        return@play
                    }
                    else -> assertEquals(attempt, assertInstanceOf(CoreException.WrongPin::class.java, error).attempts)
                }
            }
            error("no wait after twenty wrong PINs")
        }

    @Test
    @Scenario("S13")
    fun `what is over says so`() =
        play {
            val client = client()
            val note = client.note(content()).held()
            note.submit(0u)
            assertCode<CoreException.Gone>("draft") { note.content() }
            assertCode<CoreException.Gone>("draft") { note.submit(0u) }
            val notebook = client.unlock().held()
            notebook.lock()
            fails<CoreException.Locked> { notebook.reports(10u) }
            notebook.close()
            fails<IllegalStateException> { notebook.reports(10u) }
            client.wipe()
            assertCode<CoreException.Gone>("home") { client.overview() }
            client.close()
            fails<IllegalStateException> { client.overview() }
        }

    @Test
    @Scenario("S20")
    fun `what is shown is said by the core`() =
        play {
            val (english, welsh) = listOf(Lang.EN, Lang.CY).map { wrongPinSentence(5u, 30_000u, it) }
            assertEquals("wrong PIN; 5 wrong in a row; the next try in 30 s", english)
            assertNotEquals(english, welsh)
            assertEquals("safe at the desk", statePhrase(ItemState.STORED))
            val client = client()
            val first = listOf(Lang.EN, Lang.CY).map { client.guide(Scheme.KRAKEN, it).sections.first().rows.first().text }
            assertNotEquals(first[0], first[1])
        }

    @Test
    fun `P8 a record that is printed tells nothing`() {
        val at = Fix(position = Coordinates(50.1, -5.2), source = FixSource.GNSS)
        val place = uk.turnstone.core.Target.Named("the old slip")
        val boat = Vessel(name = "Morwenna")
        val seen = sighting("two RIBs", at, place, listOf(Subject.Vessel(boat)))
        for (record in listOf(content(seen), seen, seen.`when`, at, at.position, place, seen.subjects.first(), boat)) {
            assertTrue(Regex("""\[[A-Za-z.]+]""").matches("$record"), record.javaClass.name)
        }
    }

    @Test
    fun `P8 what an error says is a code`() {
        val error: CoreException = fails<CoreException.FixInput> { client().note(content(sighting(""))).held().submit(0u) }
        assertEquals("code=nothing-seen", error.message)
    }

    @Test
    fun `a PIN is filled with zeros once it was used`() =
        play {
            val pin = "2580".encodeToByteArray()
            pin.wiped { client().unlock().held().setPin(it) }
            assertTrue(pin.all { it == 0.toByte() })
        }
}
