package uk.turnstone.core

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.TestWatcher
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.util.concurrent.ConcurrentSkipListSet
import java.util.concurrent.CopyOnWriteArrayList

/** A test that is one or several of `bindings/scenarios.md`. */
@kotlin.annotation.Target(AnnotationTarget.FUNCTION)
annotation class Scenario(
    vararg val ids: String,
)

/** The ids of the tests that have passed. */
val executed = ConcurrentSkipListSet<String>()

class Passed : TestWatcher {
    override fun testSuccessful(context: ExtensionContext) {
        context.requiredTestMethod.getAnnotation(Scenario::class.java)?.let { executed += it.ids }
    }
}

val PHOTO: Path = ROOT.resolve("cli/src/demo/photo.jpg")

fun sighting(
    what: String = "two RIBs without lights",
    observer: Fix? = null,
    target: uk.turnstone.core.Target? = null,
    subjects: List<Subject> = listOf(),
) = Sighting(`when` = now(), what = what, observer = observer, target = target, subjects = subjects)

fun content(
    seen: Sighting = sighting(),
    desk: String? = null,
) = DraftContent(scheme = Scheme.KRAKEN, route = Route.POLICE, sightings = listOf(seen), desk = desk)

/** A folder of its own for each scenario, and what there is to be closed in it. */
@ExtendWith(Passed::class)
abstract class Folder {
    @TempDir
    lateinit var folder: Path
    val home get() = folder.resolve("home").toString()
    private val held = mutableListOf<AutoCloseable>()

    fun keys() = keyFile(folder.resolve("keys.json").toString(), true)

    fun <T : AutoCloseable> T.held(): T = also { held += it }

    open suspend fun client(keys: KeyStore = keys()) = Client.create(home, keys, SetUp()).held()

    suspend fun again(keys: KeyStore = keys()) = Client.open(home, keys).held()

    @AfterEach
    fun close() = held.asReversed().forEach(AutoCloseable::close)
}

/** A desk of its own besides, which does not serve yet. */
abstract class WithDesk : Folder() {
    val desk by lazy { Desk(folder.resolve("desk")).held() }

    override suspend fun client(keys: KeyStore) = Client.create(home, keys, desk.setUp).held()
}

/** Remembers what it was told. */
class Hears(
    private val throws: Boolean = false,
) : Observer {
    val heard = CopyOnWriteArrayList<ProgressRow>()

    override fun progressed(progress: ProgressRow) {
        heard += progress
        if (throws) error("an observer's own trouble")
    }
}

/** Runs a scenario; JUnit wants its tests to return nothing. */
fun play(scenario: suspend CoroutineScope.() -> Unit): Unit = runBlocking { scenario() }

suspend fun until(condition: suspend () -> Boolean) {
    while (!condition()) delay(10)
}

inline fun <reified E : Throwable> fails(crossinline call: suspend () -> Any?): E = assertThrows<E> { runBlocking { call() } }

/** The code of an error of an arm. */
inline fun <reified E : CoreException> assertCode(
    code: String,
    crossinline call: suspend () -> Any?,
) {
    val said =
        when (val error: CoreException = fails<E>(call)) {
            is CoreException.FixInput -> error.code
            is CoreException.Gone -> error.code
            is CoreException.NotSendable -> error.code
            is CoreException.TryAgain -> error.code
            is CoreException.Unusable -> error.code
            is CoreException.Locked, is CoreException.WrongPin, is CoreException.Wait -> null
        }
    assertEquals(code, said)
}
