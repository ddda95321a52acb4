package uk.turnstone.core

import java.time.OffsetDateTime
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.temporal.ChronoUnit

/** This moment by this device's clock, with its offset from UTC, as a sighting wants it. */
public fun now(): When {
    val now = OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)
    return When(from = now.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
}

/**
 * Does something with a secret, such as a PIN, and fills it with zeros afterwards, however that ends.
 *
 * It wipes this array and no other: the collector may have moved it before, and left what it held where it was.
 */
public suspend fun <T> ByteArray.wiped(use: suspend (ByteArray) -> T): T =
    try {
        use(this)
    } finally {
        fill(0)
    }
