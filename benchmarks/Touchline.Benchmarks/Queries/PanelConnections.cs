using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Touchline.Benchmarks.Queries;

/// <summary>
/// Connections to one server that stay open, one for each panel of a page. Asked from one thread that only waits, reads and throws away: the client runs on the
/// cores of the server that it measures, and one that makes more of the answers takes as much of them as a fast server does.
/// </summary>
internal sealed class PanelConnections : IDisposable
{
    private static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly Uri _server;
    private readonly Socket[] _sockets;
    private readonly byte[] _buffer = new byte[1 << 20];

    public PanelConnections(string server, int count)
    {
        _server = new Uri(server);
        _sockets = [.. Enumerable.Range(0, count).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })];
        foreach (var socket in _sockets)
        {
            socket.Connect(IPAddress.Loopback, _server.Port);
        }
    }

    /// <summary>Asks for all paths at once, and gives for each how many milliseconds after the first its answer was there whole.</summary>
    /// <exception cref="InvalidOperationException">An answer is no success.</exception>
    public double[] Ask(IReadOnlyList<string> paths)
    {
        byte[][] requests = [.. paths.Select(path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_server.Authority}\r\n\r\n"))];
        var milliseconds = new double[paths.Count];
        var answers = new Dictionary<Socket, (int Panel, AnswerEnd End)>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < requests.Length; i++)
        {
            _ = _sockets[i].Send(requests[i]);
            answers[_sockets[i]] = (i, new AnswerEnd());
        }
        var waiting = new List<Socket>();
        while (answers.Count > 0)
        {
            waiting.Clear();
            waiting.AddRange(answers.Keys);
            Socket.Select(waiting, null, null, TimeSpan.FromMinutes(1));
            foreach (var socket in waiting)
            {
                var (panel, end) = answers[socket];
                if (end.IsReachedWith(_buffer.AsSpan(0, socket.Receive(_buffer))))
                {
                    milliseconds[panel] = clock.Elapsed.TotalMilliseconds;
                    answers.Remove(socket);
                }
            }
            if (waiting.Count == 0)
            {
                throw new InvalidOperationException($"{_server} does not answer {answers.Count} of {paths.Count} panels");
            }
        }
        return milliseconds;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    /// <summary>Finds the end of one answer, by its length or by its last chunk.</summary>
    private sealed class AnswerEnd
    {
        private readonly byte[] _tail = new byte[LastChunk.Length];
        private long? _left;
        private bool _isChunked;

        public bool IsReachedWith(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty)
            {
                throw new InvalidOperationException("the server closed the connection in the middle of an answer");
            }
            if (_left is null && !_isChunked)
            {
                bytes = bytes[ReadHead(bytes)..];
            }
            if (!_isChunked)
            {
                _left -= bytes.Length;
                return _left <= 0;
            }
            Keep(bytes);
            return _tail.AsSpan().SequenceEqual(LastChunk);
        }

        /// <summary>The length of the head, which comes in one piece from both servers.</summary>
        private int ReadHead(ReadOnlySpan<byte> bytes)
        {
            var length = bytes.IndexOf("\r\n\r\n"u8) + 4;
            var head = Encoding.ASCII.GetString(bytes[..Math.Max(length, 0)]);
            if (length < 4 || !head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"no success: {Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, 200)])}");
            }
            const string Length = "Content-Length:";
            var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
            _isChunked = at < 0;
            _left = at < 0 ? null : long.Parse(head[(at + Length.Length)..head.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
            return length;
        }

        private void Keep(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < _tail.Length)
            {
                _tail.AsSpan(bytes.Length).CopyTo(_tail);
                bytes.CopyTo(_tail.AsSpan(_tail.Length - bytes.Length));
                return;
            }
            bytes[^_tail.Length..].CopyTo(_tail);
        }
    }
}
