using System.Buffers.Binary;
using System.Net.Sockets;

namespace Touchline.Fetching;

/// <summary>One question to a name server and its answer, as messages. Source: RFC 1035, section 4.2.</summary>
public static class DnsExchange
{
    /// <summary>What stands before the question in each message.</summary>
    public const int HeaderBytes = 12;

    private const int LargestAnswer = 65_535;

    /// <param name="socket">Connected to the server.</param>
    /// <param name="id">The number of the question. What has another number is late or forged, and is passed over.</param>
    public static async Task<byte[]> AskOverUdpAsync(Socket socket, byte[] question, ushort id, CancellationToken cancellationToken)
    {
        await socket.SendAsync(question, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[LargestAnswer];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (IsAnswer(buffer.AsSpan(0, length), id))
            {
                return buffer[..length];
            }
        }
    }

    /// <exception cref="FormatException">The server answers another question.</exception>
    /// <exception cref="EndOfStreamException">The answer is cut off.</exception>
    public static async Task<byte[]> AskOverStreamAsync(Stream stream, byte[] question, ushort id, CancellationToken cancellationToken)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
        await stream.WriteAsync((byte[])[.. length, .. question], cancellationToken).ConfigureAwait(false);
        await stream.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        return IsAnswer(answer, id) ? answer : throw new FormatException("the server answers another question");
    }

    private static bool IsAnswer(ReadOnlySpan<byte> message, ushort id) =>
        message.Length >= HeaderBytes && BinaryPrimitives.ReadUInt16BigEndian(message) == id && (message[2] & 0x80) != 0;
}
