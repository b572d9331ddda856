using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// Asks the name servers of the system, since the runtime looks up addresses only: no SRV, MX or NS. Over UDP, and over TCP where an
/// answer does not fit. Thread-safe.
/// </summary>
/// <param name="servers">Where to ask, the first that answers counts; called at each question, since the list may change.</param>
internal sealed class DnsClient(Func<IReadOnlyList<IPEndPoint>> servers)
{
    private const int NameDoesNotExist = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The servers that /etc/resolv.conf names, this machine where it names none.</summary>
    public static DnsClient OfSystem() => new(() => Servers(ReadResolvConf()));

    internal static IReadOnlyList<IPEndPoint> Servers(string resolvConf)
    {
        const int Port = 53;
        var found = new List<IPEndPoint>();
        foreach (var line in resolvConf.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == "nameserver" && IPAddress.TryParse(words[1], out var address))
            {
                found.Add(new IPEndPoint(address, Port));
            }
        }
        return found.Count > 0 ? found : [new IPEndPoint(IPAddress.Loopback, Port)];
    }

    /// <summary>The records of a name; none where it does not exist.</summary>
    /// <exception cref="IOException">No server gives an answer that can be used.</exception>
    public async Task<IReadOnlyList<DnsRecord>> LookUpAsync(string name, string type, CancellationToken cancellationToken)
    {
        Exception? last = null;
        foreach (var server in servers())
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            try
            {
                var number = DnsMessage.TypeOf(type);
                var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
                var question = DnsMessage.Question(id, name, number);
                var answer = await AskOverUdpAsync(server, question, id, timeout.Token).ConfigureAwait(false);
                if (DnsMessage.IsCut(answer))
                {
                    answer = await AskOverTcpAsync(server, question, id, timeout.Token).ConfigureAwait(false);
                }
                switch (DnsMessage.ResponseCode(answer))
                {
                    case 0:
                        return DnsMessage.Records(answer, number);
                    case NameDoesNotExist:
                        return [];
                    case var code:
                        last = new IOException($"name server {server} refuses with code {code}");
                        break;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or FormatException or ArgumentException or IOException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                last = e is OperationCanceledException ? new IOException($"name server {server} does not answer") : e;
            }
        }
        throw new IOException($"could not resolve \"{name}\": {last?.Message ?? "there are no name servers"}", last);
    }

    private static async Task<byte[]> AskOverUdpAsync(IPEndPoint server, byte[] question, ushort id, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        return await DnsExchange.AskOverUdpAsync(socket, question, id, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]> AskOverTcpAsync(IPEndPoint server, byte[] question, ushort id, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        return await DnsExchange.AskOverStreamAsync(stream, question, id, cancellationToken).ConfigureAwait(false);
    }

    private static string ReadResolvConf()
    {
        try
        {
            return File.ReadAllText("/etc/resolv.conf");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
