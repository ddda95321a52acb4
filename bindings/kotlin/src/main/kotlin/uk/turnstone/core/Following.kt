package uk.turnstone.core

import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.channels.trySendBlocking
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow

/**
 * What is sent from this opened home, as it moves, from the moment of collecting until that ends.
 *
 * A slow collector holds up no sending: it may miss what was in between, never what came last of an item. Nothing is told twice for two
 * collectors, and nothing is told of what was before: that is in [Client.waiting].
 */
public fun Client.progress(): Flow<ProgressRow> =
    callbackFlow {
        val observer =
            object : Observer {
                // On the subscription's own thread, which waits here for the collector.
                override fun progressed(progress: ProgressRow) {
                    trySendBlocking(progress)
                }
            }
        val subscription = subscribe(observer)
        awaitClose {
            subscription.end()
            subscription.close()
        }
    }
