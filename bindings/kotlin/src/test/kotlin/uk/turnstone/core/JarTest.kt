package uk.turnstone.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.io.path.readText

class JarTest : WithDesk() {
    @Test
    fun `the library comes out of the jar`() {
        val library = Client::class.java.getResource("/linux-x86-64/libturnstone_ffi.so")
        assertEquals("jar", library?.protocol)
        assertEquals(null, System.getProperty("jna.library.path"))
        assertTrue(laneName(Lane.WORDS).isNotEmpty())
    }

    @Test
    fun `the quick start of the README is the program that is compiled and run here`() {
        val block = ROOT.resolve("bindings/kotlin/README.md").readText().substringAfter("```kotlin\n").substringBefore("```")
        assertEquals(ROOT.resolve("bindings/kotlin/src/test/kotlin/QuickStart.kt").readText(), block)
        PHOTO.toFile().copyTo(folder.resolve("photo.jpg").toFile())
        for (given in listOf("root.pub", "directory.json")) {
            desk.folder.resolve(given).toFile().copyTo(folder.resolve(given).toFile())
        }
        desk.serve()
        val java = jvm("QuickStartKt", folder.toString())
        val said = java.inputReader().readLines()
        assertEquals(0, java.waitFor(), said.joinToString("\n"))
        val reference = said.first()
        assertTrue(reference.startsWith("KRAKEN-"), reference)
        assertTrue("two RIBs" in desk.open().resolve(reference).resolve("report.json").readText())
    }

    @Test
    fun `what calls cost is measured`() {
        val cost = jvm("uk.turnstone.core.CostKt")
        val said = cost.inputReader().readText()
        println(said)
        assertEquals(0, cost.waitFor(), said)
        assertEquals(listOf("call", "async call", "async call that reads", "async call that calls back"), said.lines().dropLast(1).map { it.substringBefore(':') })
    }
}
