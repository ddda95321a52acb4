package uk.turnstone.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.nio.file.Path
import java.security.MessageDigest
import java.util.concurrent.TimeUnit
import kotlin.io.path.fileSize
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readBytes
import kotlin.io.path.readText

fun sha256(file: Path) = MessageDigest.getInstance("SHA-256").digest(file.readBytes()).toHexString()

/** Another JVM that runs a `main` of these tests. */
fun jvm(
    main: String,
    vararg arguments: String,
): Process {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    val command = listOf(java, "-cp", System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path"), main)
    return ProcessBuilder(command + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
}

/** Written offline, killed, opened again, sent, opened by the desk, answered. */
class TourTest : WithDesk() {
    @Test
    @Scenario("S01", "S03", "S04", "S05")
    fun `a report goes all the way and an answer comes back`() =
        play {
            val client = client()
            val at = Fix(position = Coordinates(50.1, -5.2), accuracyM = 8.0, source = FixSource.GNSS)
            val note = client.note(content(sighting(observer = at))).held()
            note.attachPath(PHOTO.toString())
            val second = note.attachBytes(PHOTO.readBytes())
            assertEquals(2.toUShort() to PHOTO.fileSize().toULong(), second.number to second.size)
            val roles = note.attachments().map { it.number.toInt() to it.role }
            assertTrue(roles.containsAll(listOf(1 to Role.COPY, 2 to Role.COPY)), "$roles")
            val reference = note.submit(0u).reference
            val sender = client.sender(Wishes()).held()
            val offline = sender.run(Network.UNMETERED, true)
            assertEquals(false to 0u, offline.reached to offline.stored)

            desk.serve()
            val hears = Hears()
            val subscription = client.subscribe(hears).held()
            val sent = sender.run(Network.UNMETERED, true)
            assertEquals(5u to 0u, sent.stored to sent.waiting)
            until { hears.heard.any { it.state == ItemState.STORED } }
            subscription.end()
            val notebook = client.unlock().held()
            val report = notebook.reports(10u).single()
            assertTrue(report.items.all { it.storedReceipt != null })

            val opened = desk.open().resolve(reference)
            assertTrue("two RIBs without lights" in opened.resolve("report.json").readText())
            assertEquals(2, opened.listDirectoryEntries().count { sha256(it) == sha256(PHOTO) })

            desk.reply(reference, "Thank you. Stay clear of them.")
            val asked = sender.askMail(notebook, null)
            assertEquals(1u to 1u, asked.answered to asked.messages)
            val message = notebook.messages(null).messages.single()
            assertEquals("Thank you. Stay clear of them." to reference, message.words to message.reference)
            notebook.markRead(listOf(message.row))
            val read = notebook.reports(10u).single()
            assertTrue(read.reading is Reading.Read)
            assertEquals(0u, read.unread)
        }

    @Test
    @Scenario("S02")
    fun `a killed process loses nothing that it submitted`() =
        play {
            client()
            val writer = jvm("uk.turnstone.core.WritesKt", home, folder.resolve("keys.json").toString(), PHOTO.toString())
            val reference = writer.inputReader().readLine()
            writer.destroyForcibly()
            assertTrue(writer.waitFor(30, TimeUnit.SECONDS))
            val client = again()
            val overview = client.overview()
            assertEquals(1u to 3u, overview.reports to overview.waiting)
            assertEquals(reference, client.unlock().held().reports(10u).single().reference)
        }

    @Test
    fun `the tour runs as a program`() {
        desk.serve()
        val tour = jvm("uk.turnstone.core.TourKt", desk.folder.toString(), folder.resolve("tour").toString(), PHOTO.toString())
        val said = tour.inputStream.readBytes().decodeToString()
        assertTrue(tour.waitFor(60, TimeUnit.SECONDS))
        println(said)
        assertEquals(0, tour.exitValue(), said)
        for (step in listOf("written offline: KRAKEN-", "5 stored", "opened by the desk", "answered: Thank you", "locked")) {
            assertTrue(step in said, "$step: $said")
        }
        assertFalse("50.1" in said)
    }
}
