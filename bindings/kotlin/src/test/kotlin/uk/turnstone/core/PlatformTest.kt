package uk.turnstone.core

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.FileDescriptor
import java.io.RandomAccessFile
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.io.path.fileSize
import kotlin.io.path.readText
import kotlin.io.path.writeBytes
import kotlin.random.Random

/** A key store of Kotlin's own, in memory, that does as it is told. */
class Keys : KeyStore {
    private val slots = ConcurrentHashMap<String, Pair<ByteArray, ByteArray>>()
    val askedOn: MutableSet<Thread> = ConcurrentHashMap.newKeySet()

    @Volatile
    var throws = false

    @Volatile
    var lies = false

    @Volatile
    var slowMs = 0L

    private fun asked() {
        askedOn += Thread.currentThread()
        Thread.sleep(slowMs)
        if (throws) error("a key store's own trouble")
    }

    override fun seal(
        slot: String,
        secret: ByteArray,
        factor: ByteArray,
    ) {
        asked()
        slots[slot] = secret to factor
    }

    override fun open(
        slot: String,
        factor: ByteArray,
    ): ByteArray {
        asked()
        val (secret, right) = slots[slot] ?: throw KeyStoreException.NoSuchSlot()
        if (!factor.contentEquals(right)) throw KeyStoreException.WrongFactor()
        return if (lies) ByteArray(secret.size) else secret
    }

    override fun delete(slot: String) {
        asked()
        slots -= slot
    }
}

class KeyStoresTest : WithDesk() {
    private suspend fun openedWith(told: Keys.() -> Unit): Pair<Keys, Client> {
        val keys = Keys()
        client(keys)
        keys.told()
        keys.askedOn.clear()
        return keys to again(keys)
    }

    @Test
    @Scenario("S07")
    fun `a key store that throws keeps nobody from writing`() =
        play {
            val (keys, client) = openedWith { throws = true }
            val note = client.note(content()).held()
            assertCode<CoreException.Unusable>("key-store-unavailable") { note.submit(0u) }
            keys.throws = false
            assertTrue(note.submit(0u).reference.startsWith("KRAKEN"))
        }

    @Test
    @Scenario("S08")
    fun `wrong bytes are found out before anything is sealed`() =
        play {
            val (keys, client) = openedWith { lies = true }
            val note = client.note(content()).held()
            assertCode<CoreException.Unusable>("key-store-damaged") { note.submit(0u) }
            keys.lies = false
            note.submit(0u)
        }

    @Test
    @Scenario("S09")
    fun `a slow key store holds no event loop up`() =
        play {
            val (keys, client) = openedWith { slowMs = 300 }
            val unlocking = async { client.unlock() }
            var turns = 0
            while (!unlocking.isCompleted) {
                delay(10)
                turns += 1
            }
            unlocking.await().close()
            assertTrue(turns > 10, "$turns")
            assertFalse(Thread.currentThread() in keys.askedOn)
        }

    @Test
    @Scenario("S10")
    fun `a cancelled call goes on to its end`() =
        play {
            val (keys, client) = openedWith { slowMs = 300 }
            val writing = async(start = CoroutineStart.UNDISPATCHED) { client.note(content()) }
            until { keys.askedOn.isNotEmpty() }
            writing.cancel()
            fails<CancellationException> { writing.await() }
            until { client.overview().drafts > 0u }
            val notebook = client.unlock().held()
            val draft = notebook.drafts(10u).single()
            notebook.draft(draft.row).use { it.submit(0u) }
        }
}

class SendingTest : WithDesk() {
    @Test
    @Scenario("S11", "S12")
    fun `sending goes on whatever becomes of those who look`() =
        play {
            val client = client()
            repeat(3) { client.note(content()).use { note -> note.submit(0u) } }
            desk.serve()
            val notebook = client.unlock().held()
            val throws = Hears(throws = true)
            client.subscribe(throws).held()
            val sender = client.sender(Wishes()).held()
            val sending = async { sender.run(Network.UNMETERED, true) }
            notebook.lock()
            fails<CoreException.Locked> { notebook.reports(10u) }
            assertEquals(3u, sending.await().stored)
            until { throws.heard.filter { it.state == ItemState.STORED }.distinctBy { it.item }.size == 3 }
        }

    @Test
    fun `a flow tells of what is sent and lets go when nobody collects`() =
        play {
            val client = client()
            client.note(content()).use { it.submit(0u) }
            desk.serve()
            val stored = async(start = CoroutineStart.UNDISPATCHED) { client.progress().first { it.state == ItemState.STORED } }
            client.sender(Wishes()).use { it.run(Network.UNMETERED, true) }
            assertEquals(Lane.WORDS, stored.await().lane)
            val broken = launch(start = CoroutineStart.UNDISPATCHED) { client.progress().collect { error("never told") } }
            broken.cancel()
            broken.join()
        }

    @Test
    @Scenario("S14")
    fun `sixteen threads write at once`() =
        play {
            val client = client()
            val references = ConcurrentLinkedQueue<String>()
            val threads = List(16) { thread { runBlocking { client.note(content()).use { references += it.submit(0u).reference } } } }
            threads.forEach(Thread::join)
            assertEquals(16, references.toSet().size)
            assertEquals(16u, client.overview().reports)
        }

    @Test
    fun `calls may be made from any dispatcher`() =
        play {
            val client = client()
            val overviews = listOf(Dispatchers.Default, Dispatchers.IO, Dispatchers.Unconfined).map { async(it) { client.overview() } }
            overviews.forEach { assertEquals(0u, it.await().reports) }
        }
}

fun residentKb(): Long = Path.of("/proc/self/statm").readText().split(' ')[1].toLong() * 4

/** The number behind a descriptor, which Java keeps to itself. */
fun number(descriptor: FileDescriptor): Int = FileDescriptor::class.java.getDeclaredField("fd").apply { isAccessible = true }.getInt(descriptor)

class ObjectsTest : Folder() {
    @Test
    @Scenario("S15")
    fun `ten thousand objects leave nothing behind`() =
        play {
            val client = client()
            // The heap is as large as it will be from the beginning (pom.xml); what the compiler of the JVM takes, it takes once, in
            // whichever round. Something left behind by each object would show in every one of them.
            val grown =
                List(6) {
                    val before = residentKb()
                    repeat(10_000) { client.subscribe(Hears()).use { it.end() } }
                    System.gc()
                    residentKb() - before
                }
            println("resident memory grew by $grown KB, 10,000 objects each")
            assertTrue(grown.min() < 2 * 1024, "$grown KB")
        }

    @Test
    @Scenario("S16")
    fun `a video comes by path and by descriptor`() =
        play {
            val video = folder.resolve("film.mp4")
            video.writeBytes("\u0000\u0000\u0000\u0018ftypmp42\u0000\u0000\u0000\u0000mp42isom".encodeToByteArray() + Random.nextBytes(300_000))
            val meter =
                object : Meter {
                    var heard = 0uL

                    override fun taken(bytes: ULong) {
                        heard = bytes
                        error("a meter's own trouble")
                    }
                }
            val note = client().note(content()).held()
            val byPath = note.attachPath(video.toString(), meter)
            assertEquals(byPath.sealedSize, meter.heard)
            val byDescriptor =
                RandomAccessFile(video.toFile(), "r").use { file ->
                    note.attachDescriptor(number(file.fd)).also { assertTrue(file.fd.valid() && file.length() > 0) }
                }
            assertEquals(MediaKind.VIDEO to video.fileSize().toULong(), byPath.kind to byPath.size)
            assertEquals(byPath.sha256, byDescriptor.sha256)
            assertCode<CoreException.FixInput>("attachment-unreadable") { note.attachDescriptor(-1) }
            assertArrayEquals(byPath.sha256.toByteArray(), sha256(video).toByteArray())
        }
}
