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
                println("call: ${bestNs(10_000) { laneName(Lane.WORDS) }} ns")
                println("async call: ${bestNs(2_000) { client.mended() }} ns")
                println("async call that reads: ${bestNs(1_000) { client.overview() }} ns")
                lies.asked.set(0)
                println("async call that calls back: ${bestNs(1_000) { runCatching { client.reachKeyStore() } }} ns")
                check(lies.asked.get() == 1_000 * ROUNDS)
            }
        }
    } finally {
        folder.toFile().deleteRecursively()
    }
}

private const val ROUNDS = 10

/** The best of some rounds: whatever else this machine does makes others slower. */
private suspend fun bestNs(
    times: Int,
    call: suspend () -> Any?,
): Long =
    (1..ROUNDS).minOf {
        val began = System.nanoTime()
        repeat(times) { call() }
        (System.nanoTime() - began) / times
    }
