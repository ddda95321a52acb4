package uk.turnstone.core

import kotlinx.coroutines.runBlocking
import java.nio.file.Files
import java.util.concurrent.atomic.AtomicInteger

/** A key store whose keys are never believed, so that it is asked again every time. */
private class Lies(
    private val keys: KeyStore,
) : KeyStore by keys {
    val asked = AtomicInteger()

    override fun open(
        slot: String,
        factor: ByteArray,
    ): ByteArray {
        asked.incrementAndGet()
        return ByteArray(keys.open(slot, factor).size)
    }
}

/** What calls cost, in nanoseconds each. The figures are this machine's, and nothing is held against them. */
fun main() {
    val folder = Files.createTempDirectory("turnstone-cost")
    try {
        runBlocking {
            val keys = Keys()
            val home = folder.resolve("home").toString()
            Client.create(home, keys, SetUp()).close()
            val lies = Lies(keys)
            Client.open(home, lies).use { client ->
                measure("call", 100_000) { laneName(Lane.WORDS) }
                val alone = measure("async call", 10_000) { client.hasPin() }
                measure("async call that reads", 5_000) { client.overview() }
                lies.asked.set(0)
                val times = 5_000
                val asking = measure(null, times) { runCatching { client.reachKeyStore() } }
                println("callback: ${(asking - alone) * 2 * times / lies.asked.get()} ns (an async call that asks the key store, less one that does not)")
            }
        }
    } finally {
        folder.toFile().deleteRecursively()
    }
}

private suspend fun measure(
    what: String?,
    times: Int,
    call: suspend () -> Any?,
): Long {
    repeat(times) { call() }
    val began = System.nanoTime()
    repeat(times) { call() }
    val each = (System.nanoTime() - began) / times
    if (what != null) println("$what: $each ns")
    return each
}
