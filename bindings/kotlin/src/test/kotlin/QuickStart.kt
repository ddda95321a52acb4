import kotlinx.coroutines.runBlocking
import uk.turnstone.core.*
import java.io.File

fun main(arguments: Array<String>) = runBlocking {
    val folder = arguments.firstOrNull() ?: "."
    val keys = keyFile("$folder/keys.json", mayCreate = true)
    val setUp = SetUp(listOf(File(folder, "root.pub").readText()), File(folder, "directory.json").readBytes())
    Client.create("$folder/home", keys, setUp).use { client ->
        val seen = Sighting(`when` = now(), what = "two RIBs without lights")
        val note = client.note(DraftContent(scheme = Scheme.KRAKEN, route = Route.POLICE, sightings = listOf(seen)))
        note.attachPath("$folder/photo.jpg")
        println(note.submit(delayS = 0u).reference)
        client.sender(Wishes()).use { println("${it.run(Network.UNMETERED, wake = true).stored} stored") }
    }
}
