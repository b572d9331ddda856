using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Touchline.Differential.Host;

/// <summary>What a fake time server says of itself; times are in seconds, by how much they are beside this host's.</summary>
internal sealed record TimeServerState
{
    public int Leap { get; init; }

    public int Mode { get; init; } = 4;

    public int Stratum { get; init; } = 2;

    public double RootDelay { get; init; } = 0.0123;

    public double RootDispersion { get; init; } = 0.25;

    public double Ahead { get; init; }

    /// <summary>How long ago its clock was set; null for never.</summary>
    public double? SetBefore { get; init; } = 100;

    public bool RepeatsCookie { get; init; } = true;
}

/// <summary>A time server on a free port of the loopback interface.</summary>
internal sealed class FakeTimeServer : IAsyncDisposable
{
    private const double From1900To1970 = 2_208_988_800;
    private const int Bytes = 48;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TimeServerState _state;
    private readonly double _set;
    private readonly Task _serving;

    public FakeTimeServer(TimeServerState state)
    {
        _state = state;
        // The same for everybody who asks; a fraction that is a binary one loses nothing on its way.
        _set = Math.Floor(Now()) + 0.5 - (state.SetBefore ?? 0);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _serving = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var question = new byte[512];
        while (true)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(question, new IPEndPoint(IPAddress.Any, 0));
                await _socket.SendToAsync(Answer(question), received.RemoteEndPoint);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> question)
    {
        var answer = new byte[Bytes];
        answer[0] = (byte)((_state.Leap << 6) | (question[0] & 0x38) | _state.Mode);
        answer[1] = (byte)_state.Stratum;
        Write(answer.AsSpan(4), _state.RootDelay);
        Write(answer.AsSpan(8), _state.RootDispersion);
        if (_state.SetBefore is not null)
        {
            WriteTime(answer.AsSpan(16), _set);
        }
        if (_state.RepeatsCookie)
        {
            question.Slice(40, 8).CopyTo(answer.AsSpan(24));
        }
        var now = Now() + _state.Ahead;
        WriteTime(answer.AsSpan(32), now);
        WriteTime(answer.AsSpan(40), now);
        return answer;
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    private static void Write(Span<byte> bytes, double seconds) => BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(seconds * 65536));

    private static void WriteTime(Span<byte> bytes, double seconds) =>
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)((decimal)(seconds + From1900To1970) * 4294967296m));
}
