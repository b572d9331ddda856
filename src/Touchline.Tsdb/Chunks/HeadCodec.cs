using System.Buffers.Binary;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The encoding of open chunks: samples one after the other, each a delta of deltas of time and, where the value changed, a delta
/// of decimal mantissas or an opcode. Nothing written is ever changed, so a reader may decode the samples counted so far
/// while the next one is written. Format: docs/formats/chunk.md, "Head".
/// </summary>
internal static class HeadCodec
{
    /// <summary>No sample is longer, histograms apart.</summary>
    public const int MaxSampleLength = PrefixVarint.MaxLength + 1 + 1 + PrefixVarint.MaxLength;

    private const ulong Stale = 0;
    private const ulong Raw = 1;
    private const ulong Rescale = 2;
    private const ulong FirstDelta = 4;

    /// <summary>Values without an exponent after which only every sixteenth is searched again.</summary>
    private const int PatienceMisses = 4;

    /// <summary>Appends a sample that is later than the one before. The span must have room for <see cref="MaxSampleLength"/>.</summary>
    public static int Encode(ref HeadCodecState state, Span<byte> to, long time, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var same = state.Count > 0 && bits == state.ValueBits;
        var length = EncodeTime(ref state, to, time, same);
        if (!same)
        {
            length += EncodeValue(ref state, to[length..], value, bits);
            state.ValueBits = bits;
        }
        return length;
    }

    /// <summary>Appends a histogram sample, its payload prepared by <see cref="HistogramCodec"/>; room for 18 bytes and the payload is needed.</summary>
    public static int EncodeHistogram(ref HeadCodecState state, Span<byte> to, long time, ReadOnlySpan<byte> payload)
    {
        var length = EncodeTime(ref state, to, time, false);
        length += PrefixVarint.Write(to[length..], (ulong)payload.Length);
        payload.CopyTo(to[length..]);
        return length + payload.Length;
    }

    /// <summary>Appends the samples of the first <paramref name="count"/> that are between the times, both inclusive.</summary>
    public static void Decode(ReadOnlySpan<byte> from, int count, ChunkKind kind, long minTime, long maxTime, SampleColumns into)
    {
        var position = 0;
        long time = 0, delta = 0, mantissa = 0;
        var power = 1.0;
        var value = 0.0;
        for (var i = 0; i < count; i++)
        {
            var coded = PrefixVarint.Read(from, ref position);
            var change = PrefixVarint.UnZigZag(coded >> 1);
            if (i == 0)
            {
                time = change;
            }
            else
            {
                delta += change;
                time += delta;
            }
            if (time > maxTime)
            {
                return;
            }
            if (kind == ChunkKind.Histogram)
            {
                var payload = TakePayload(from, ref position);
                if (time >= minTime)
                {
                    into.Add(time, HistogramCodec.Decode(payload));
                }
                continue;
            }
            if ((coded & 1) == 0)
            {
                DecodeValue(from, ref position, ref mantissa, ref power, ref value);
            }
            if (time >= minTime)
            {
                into.Add(time, value);
            }
        }
    }

    private static int EncodeTime(ref HeadCodecState state, Span<byte> to, long time, bool same)
    {
        var delta = state.Count == 0 ? 0 : time - state.LastTime;
        var change = state.Count == 0 ? time : delta - state.LastDelta;
        state.LastTime = time;
        state.LastDelta = delta;
        state.Count++;
        return PrefixVarint.Write(to, (PrefixVarint.ZigZag(change) << 1) | (same ? 1UL : 0));
    }

    private static int EncodeValue(ref HeadCodecState state, Span<byte> to, double value, ulong bits)
    {
        if (DecimalScale.TryScale(value, state.Exponent, out var mantissa))
        {
            var change = PrefixVarint.ZigZag(mantissa - state.Mantissa);
            state.Mantissa = mantissa;
            state.Misses = 0;
            return PrefixVarint.Write(to, FirstDelta + change);
        }
        if (bits == StaleMarker.Bits)
        {
            return PrefixVarint.Write(to, Stale);
        }
        if (state.Misses < PatienceMisses || (state.Misses & 15) == 0)
        {
            var exponent = DecimalScale.SmallestExponent(value, 0, out mantissa);
            if (exponent >= 0)
            {
                state.Exponent = (byte)exponent;
                state.Mantissa = mantissa;
                state.Misses = 0;
                var length = PrefixVarint.Write(to, Rescale);
                to[length++] = (byte)exponent;
                return length + PrefixVarint.Write(to[length..], PrefixVarint.ZigZag(mantissa));
            }
        }
        state.Misses = (byte)Math.Min(state.Misses + 1, 255);
        var written = PrefixVarint.Write(to, Raw);
        BinaryPrimitives.WriteUInt64LittleEndian(to[written..], bits);
        return written + 8;
    }

    private static void DecodeValue(ReadOnlySpan<byte> from, ref int position, ref long mantissa, ref double power, ref double value)
    {
        var code = PrefixVarint.Read(from, ref position);
        if (code >= FirstDelta)
        {
            mantissa += PrefixVarint.UnZigZag(code - FirstDelta);
            value = mantissa / power;
            return;
        }
        switch (code)
        {
            case Stale:
                value = StaleMarker.Value;
                return;
            case Raw when position + 8 <= from.Length:
                value = BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReadUInt64LittleEndian(from[position..]));
                position += 8;
                return;
            case Rescale when position < from.Length && from[position] <= DecimalScale.MaxExponent:
                power = DecimalScale.Power(from[position++]);
                mantissa = PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
                value = mantissa / power;
                return;
            default:
                throw new CorruptDataException($"opcode {code} of a head chunk is unknown or cut off");
        }
    }

    private static ReadOnlySpan<byte> TakePayload(ReadOnlySpan<byte> from, scoped ref int position)
    {
        var length = PrefixVarint.Read(from, ref position);
        if (length > (ulong)(from.Length - position))
        {
            throw new CorruptDataException("a histogram is longer than its chunk");
        }
        var payload = from.Slice(position, (int)length);
        position += (int)length;
        return payload;
    }
}
