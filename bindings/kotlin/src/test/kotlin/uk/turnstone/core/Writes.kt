package uk.turnstone.core

import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking

/** Submits, says so, and waits to be killed: scenario S02. */
fun main(arguments: Array<String>) {
    val (home, keys, photo) = arguments
    runBlocking {
        val client = Client.open(home, keyFile(keys, false))
        val at = Fix(position = Coordinates(50.1, -5.2), accuracyM = 8.0, source = FixSource.GNSS)
        val note = client.note(content(sighting(observer = at)))
        note.attachPath(photo)
        println(note.submit(0u).reference)
        awaitCancellation()
    }
}
