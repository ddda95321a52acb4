package uk.turnstone.core

import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.io.path.readBytes
import kotlin.io.path.readText

val ROOT: Path = Path.of(System.getProperty("turnstone.root") ?: "../..").toRealPath()

/** A line on this machine that listens from the beginning, and passes on to a desk while one runs. */
class Line : AutoCloseable {
    @Volatile
    var target: InetSocketAddress? = null
    private val listens = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    val url = "http://127.0.0.1:${listens.localPort}"

    init {
        thread(isDaemon = true) {
            try {
                while (true) accept(listens.accept())
            } catch (_: IOException) {
                // Closed.
            }
        }
    }

    private fun accept(one: Socket) {
        val other =
            try {
                target?.let { Socket(it.address, it.port) }
            } catch (_: IOException) {
                null
            }
        if (other == null) return one.close()
        for ((source, sink) in listOf(one to other, other to one)) {
            thread(isDaemon = true) {
                try {
                    source.getInputStream().transferTo(sink.getOutputStream())
                    sink.shutdownOutput()
                } catch (_: IOException) {
                    source.close()
                    sink.close()
                }
            }
        }
    }

    override fun close() = listens.close()
}

/** A real desk on this machine: `init`, then `serve`, `open` and `reply` by the program itself, on a port that it chose. */
class Desk(
    val folder: Path,
) : AutoCloseable {
    val line = Line()
    private var serving: Process? = null

    init {
        run("init", folder, "--id", "harbour", "--name", "Harbour desk", "--url", line.url)
    }

    val setUp get() = SetUp(listOf(folder.resolve("root.pub").readText()), folder.resolve("directory.json").readBytes())

    private fun run(vararg arguments: Any) {
        val process = ProcessBuilder(listOf(PROGRAM.toString()) + arguments.map { it.toString() } + "--json").redirectErrorStream(true).start()
        process.outputStream.close()
        val said = process.inputStream.readBytes().decodeToString()
        check(process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0) { said }
    }

    fun serve() {
        val process =
            ProcessBuilder(PROGRAM.toString(), "serve", folder.resolve("server").toString(), "--listen", "127.0.0.1:0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
        serving = process
        running += process
        val said = process.inputReader().readLine()
        val port = Regex("""127\.0\.0\.1:(\d+)""").find(said)!!.groupValues[1].toInt()
        line.target = InetSocketAddress(InetAddress.getLoopbackAddress(), port)
    }

    private val opening get() = arrayOf("--key", folder.resolve("officer"), "--from", folder.resolve("server"), "--out", folder.resolve("out"))

    /** The folder of opened reports. */
    fun open(): Path {
        run("open", *opening)
        return folder.resolve("out")
    }

    fun reply(
        reference: Reference,
        text: String,
    ) = run("reply", reference, *opening, "--text", text)

    /** By its own process, and nothing else. */
    override fun close() {
        line.target = null
        serving?.let {
            it.destroy()
            it.waitFor(30, TimeUnit.SECONDS)
            running -= it
        }
        line.close()
    }

    private companion object {
        val PROGRAM: Path = Path.of(System.getenv("TURNSTONE_PROGRAMS") ?: "$ROOT/target/debug").resolve("turnstone-desk")
        val running: MutableSet<Process> = ConcurrentHashMap.newKeySet()

        init {
            // However this process ends, none of its desks goes on.
            Runtime.getRuntime().addShutdownHook(Thread { running.forEach(Process::destroyForcibly) })
        }
    }
}
