package uk.turnstone.core

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.io.File

/** The tour: the folder that `turnstone-desk init` made, whose desk serves; a folder to work in; a photo. */
fun main(arguments: Array<String>) {
    val (deskFolder, work, photo) = arguments
    val (rootKey, directory) = File(deskFolder, "root.pub").readText() to File(deskFolder, "directory.json").readBytes()
    runBlocking {
        File(work).mkdirs()
        val keys = keyFile("$work/keys.json", true)
        val client = Client.create("$work/home", keys, SetUp(listOf(rootKey), directory))
        val at = Fix(position = Coordinates(50.1, -5.2), accuracyM = 8.0, source = FixSource.GNSS)
        val seen = Sighting(`when` = now(), what = "two RIBs without lights", observer = at)
        val note = client.note(DraftContent(scheme = Scheme.KRAKEN, route = Route.POLICE, sightings = listOf(seen)))
        note.attachPath(photo)
        note.attachBytes(File(photo).readBytes())
        println(note.completeness(Lang.EN))
        val reference = note.submit(0u).reference
        println("written offline: $reference")

        val sender = client.sender(Wishes())
        val offline = sender.run(Network.OFFLINE, true)
        println("no network: ${offline.waiting} wait")
        val following =
            launch(start = CoroutineStart.UNDISPATCHED) {
                client.progress().takeWhile { it.lane != Lane.WORDS || it.state != ItemState.STORED }.collect {}
                println("the words: ${statePhrase(ItemState.STORED)}")
            }
        val sent = sender.run(Network.UNMETERED, true)
        following.join()
        println("sent: ${sent.stored} stored, ${sent.waiting} wait")

        val notebook = client.unlock()
        val receipts = notebook.reports(10u).single().items.count { it.storedReceipt != null }
        println("receipts: $receipts")
        desk("open", deskFolder)
        println("opened by the desk: ${File(deskFolder, "out/$reference").list()?.size} files")
        desk("reply", deskFolder, reference, "--text", "Thank you. Stay clear of them.")
        sender.askMail(notebook, null)
        val message = notebook.messages(reference).messages.single()
        println("answered: ${message.words}")
        notebook.markRead(listOf(message.row))
        println(notebook.reports(10u).single().readingSentence?.let { "the desk has read it" } ?: "not read yet")

        notebook.setPin("2580".encodeToByteArray())
        try {
            "1470".encodeToByteArray().wiped { client.unlockWithPin(it) }
        } catch (wrong: CoreException.WrongPin) {
            println(wrongPinSentence(wrong.attempts, wrong.waitMs, Lang.EN))
        }
        notebook.lock()
        try {
            notebook.reports(10u)
        } catch (_: CoreException.Locked) {
            println("locked")
        }
    }
}

private fun desk(
    command: String,
    folder: String,
    vararg more: String,
) {
    val program = "${System.getenv("TURNSTONE_PROGRAMS")}/turnstone-desk"
    val where = arrayOf("--key", "$folder/officer", "--from", "$folder/server", "--out", "$folder/out")
    val (first, rest) = more.partition { it == more.firstOrNull() && !it.startsWith("--") }
    val process = ProcessBuilder(listOf(program, command) + first + where + rest).redirectErrorStream(true).start()
    val said = process.inputStream.readBytes().decodeToString()
    check(process.waitFor() == 0) { said }
}
