import dev.acsauth.AccessToken
import dev.acsauth.AcsAuthException
import dev.acsauth.CommunicationIdentityAsyncClient
import dev.acsauth.CommunicationIdentityClient
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.CredentialDeniedException
import dev.acsauth.RetryPolicy
import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private val PATIENCE: Duration = Duration.ofSeconds(60)

/** Blocking, suspended and cancelled calls. Its argument is the emulator's connection string. */
fun main(arguments: Array<String>) {
    val connectionString = arguments.single()
    println("${System.getProperty("os.name")} ${System.getProperty("os.arch")}")

    CommunicationIdentityClient.fromConnectionString(connectionString).use { client ->
        val user = client.createUser()
        check(user.id.startsWith("8:acs:")) { user }
        client.deleteUser(user)
    }
    println("blocking")

    CommunicationIdentityAsyncClient.fromConnectionString(connectionString).use { client ->
        val deleted = client.createUser().thenCompose { client.deleteUser(it) }
        deleted.get(PATIENCE.seconds, TimeUnit.SECONDS)
    }
    println("future")

    runBlocking {
        SuspendClient(connectionString = connectionString, timeout = PATIENCE).use { client ->
            val users = List(50) { async { client.createUser() } }.awaitAll()
            check(users.toSet().size == 50) { users }
        }
    }
    println("suspended")

    // The library calls a credential of the program, on a thread of the library.
    val scopes = mutableListOf<String>()
    val endpoint = connectionString.substringAfter("endpoint=").substringBefore(';')
    CommunicationIdentityClientBuilder().endpoint(endpoint).credential {
        scopes += it
        AccessToken("not.a.token", Instant.now().plusSeconds(3_600))
    }.buildClient().use { client ->
        try {
            error("${client.createUser()}")
        } catch (failure: AcsAuthException) {
            check(failure is CredentialDeniedException && scopes.size == 1) { "$failure $scopes" }
        }
    }
    println("called")

    // Not getLoopbackAddress, which lists the network's interfaces: see WineRandom.
    ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")).use { silent ->
        silent.soTimeout = PATIENCE.toMillis().toInt()
        val nobody = "endpoint=http://127.0.0.1:${silent.localPort}/;accesskey=${"A".repeat(43)}="
        runBlocking {
            SuspendClient(connectionString = nobody, timeout = PATIENCE.multipliedBy(10), retryPolicy = RetryPolicy(1)).use { client ->
                val job = launch { client.createUser() }
                val connection = withContext(Dispatchers.IO) { silent.accept() }
                job.cancelAndJoin()
                waitUntilDropped(connection)
            }
        }
        CommunicationIdentityClientBuilder().connectionString(nobody).timeout(PATIENCE.multipliedBy(10)).retryPolicy(RetryPolicy(1))
            .buildAsyncClient().use { client ->
                val future = client.createUser()
                val connection = silent.accept()
                check(future.cancel(true))
                waitUntilDropped(connection)
            }
    }
    println("cancelled")
}

/** Reads until the client drops the connection. Throws if it doesn't within [PATIENCE], long before the call's deadline. */
private fun waitUntilDropped(connection: Socket) = connection.use {
    it.soTimeout = PATIENCE.toMillis().toInt()
    val request = ByteArray(4_096)
    try {
        while (it.getInputStream().read(request) >= 0) Unit
    } catch (_: SocketException) {
        // It was reset.
    }
}
