using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Touchline.Differential.Probes;

/// <summary>Servers of lines and of DNS to probe.</summary>
internal sealed class WireTargets : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly List<TcpListener> _listeners = [];
    private readonly Socket _unix = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));

    public WireTargets(Certificates certificates, string socket)
    {
        Unix = socket;
        _unix.Bind(new UnixDomainSocketEndPoint(socket));
        _unix.Listen();
        _serving.Add(Task.Run(ServeUnixAsync));
        Banner = Listen(stream => SayAsync(stream, "SSH-2.0-OpenSSH_9.9 Debian-3\r\n", close: false));
        Chat = Listen(ChatAsync);
        StartTls = Listen(stream => StartTlsAsync(stream, certificates));
        Closes = Listen(stream => SayAsync(stream, "goodbye", close: true));
        LongLine = Listen(stream => SayAsync(stream, new string('x', 200_000), close: true));
        Tunnels = Listen(TunnelAsync);
        Dns = ((IPEndPoint)_udp.Client.LocalEndPoint!).Port;
        _serving.Add(Task.Run(AnswerUdpAsync));
        DnsTcp = Listen(AnswerTcpAsync);
        DnsTls = Listen(async stream =>
        {
            using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(certificates.Good);
            await AnswerTcpAsync(secure);
        });
    }

    public string Unix { get; }

    public int Banner { get; }

    public int Chat { get; }

    public int StartTls { get; }

    public int Closes { get; }

    public int LongLine { get; }

    /// <summary>A proxy for CONNECT.</summary>
    public int Tunnels { get; }

    public int Dns { get; }

    public int DnsTcp { get; }

    public int DnsTls { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        _udp.Dispose();
        _unix.Dispose();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private int Listen(Func<Stream, Task> serve)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        _serving.Add(Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var client = await listener.AcceptTcpClientAsync(_stop.Token);
                    _ = ServeAsync(client, serve);
                }
                catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ServeAsync(TcpClient client, Func<Stream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The prober went away, as it may.
            }
        }
    }

    private static async Task SayAsync(Stream stream, string text, bool close)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        if (!close)
        {
            await stream.ReadAtLeastAsync(new byte[100], 1, throwOnEndOfStream: false);
        }
    }

    /// <summary>Asks for a word and says it back.</summary>
    private static async Task ChatAsync(Stream stream)
    {
        await stream.WriteAsync("WORD seven\n"u8.ToArray());
        var buffer = new byte[100];
        var length = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
        await stream.WriteAsync((byte[])[.. "YOU SAID "u8, .. buffer.AsSpan(0, length)]);
        await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
    }

    private static async Task StartTlsAsync(Stream stream, Certificates certificates)
    {
        await stream.WriteAsync("220 ready\r\n"u8.ToArray());
        await stream.ReadAtLeastAsync(new byte[100], 1, throwOnEndOfStream: false);
        await stream.WriteAsync("220 go ahead\r\n"u8.ToArray());
        using var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(certificates.Good);
        await secure.WriteAsync("250 secret\r\n"u8.ToArray());
        await secure.ReadAtLeastAsync(new byte[100], 1, throwOnEndOfStream: false);
    }

    private static async Task TunnelAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, false, 1, leaveOpen: true);
        var request = (await reader.ReadLineAsync())!.Split(' ');
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // Headers are of no interest.
        }
        if (request[0] != "CONNECT" || request[1].StartsWith("refused", StringComparison.Ordinal))
        {
            await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            return;
        }
        using var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, int.Parse(request[1].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        await Task.WhenAny(stream.CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(stream));
    }

    private async Task ServeUnixAsync()
    {
        while (true)
        {
            try
            {
                var client = await _unix.AcceptAsync(_stop.Token);
                _ = ServeAsync(new TcpClient { Client = client }, stream => SayAsync(stream, "SSH-2.0-OpenSSH_9.9 Debian-3\r\n", close: false));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerUdpAsync()
    {
        while (true)
        {
            try
            {
                var question = await _udp.ReceiveAsync(_stop.Token);
                await _udp.SendAsync(DnsAnswers.To(question.Buffer), question.RemoteEndPoint, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task AnswerTcpAsync(Stream stream)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length);
        var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(question);
        var answer = DnsAnswers.To(question);
        await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
        await stream.ReadAtLeastAsync(length, 1, throwOnEndOfStream: false);
    }
}
