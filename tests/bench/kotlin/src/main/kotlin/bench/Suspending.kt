package bench

import dev.acsauth.coroutines.CommunicationIdentityClient
import java.io.File
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** Exchanges in coroutines: by our suspend functions, and by the official client's futures, which have an `await`. */
internal object Suspending {
    @JvmStatic
    fun rounds(contender: String, what: Exchange): Bench.Rounds {
        if (contender == "ours") {
            val client = CommunicationIdentityClient(
                connectionString = what.connectionString,
                rootCertificatesPem = File(what.caFile).readBytes(),
            )
            return rounds { client.getTokenForTeamsUser(what.token, what.clientId, what.user) }
        }
        val official = Contender.of(contender, what, false)
        return rounds { official.exchangeAsync().await() }
    }

    private fun rounds(exchange: suspend () -> Unit) = Bench.Rounds { inFlight, exchanges ->
        runBlocking(Dispatchers.Default) {
            repeat(inFlight) {
                launch { repeat(exchanges / inFlight) { exchange() } }
            }
        }
    }
}
