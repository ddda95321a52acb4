package uk.turnstone.core

import org.junit.platform.engine.TestExecutionResult
import org.junit.platform.launcher.TestExecutionListener
import org.junit.platform.launcher.TestIdentifier
import org.junit.platform.launcher.TestPlan

/** Says at the end how many tests passed, and which scenarios were executed. */
class Closing : TestExecutionListener {
    private var passed = 0
    private var failed = 0
    private var ignored = 0

    override fun executionSkipped(
        test: TestIdentifier,
        reason: String,
    ) {
        ignored += 1
    }

    override fun executionFinished(
        test: TestIdentifier,
        result: TestExecutionResult,
    ) {
        val ok = result.status == TestExecutionResult.Status.SUCCESSFUL
        if (!ok) failed += 1 else if (test.isTest) passed += 1
    }

    override fun testPlanExecutionFinished(plan: TestPlan) {
        val word = if (failed == 0) "ok" else "FAILED"
        println("test result: $word. $passed passed; $failed failed; $ignored ignored; Kotlin")
        println("executed: ${executed.joinToString(" ")}")
    }
}
