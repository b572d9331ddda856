using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Touchline.Collectors.Tests.Probes;

/// <summary>A server on loopback that treats each connection as it is told to, and closes it behind that.</summary>
internal sealed class RudeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _treat;
    private readonly Task _serving;
    private int _connections;

    public RudeServer(Func<NetworkStream, CancellationToken, Task> treat)
    {
        _treat = treat;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>One that reads a request and then answers so.</summary>
    public static RudeServer Answering(Func<NetworkStream, CancellationToken, Task> answer) => new(async (stream, stop) =>
    {
        await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop);
        await answer(stream, stop);
    });

    /// <summary>One that reads a request and then sends a text.</summary>
    public static RudeServer Saying(string text) => Answering((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop).AsTask());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var treating = new List<Task>();
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                treating.Add(TreatAsync(client));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }
        }
        await Task.WhenAll(treating);
    }

    private async Task TreatAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _treat(client.GetStream(), _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The prober has gone, or the test.
            }
        }
    }
}
