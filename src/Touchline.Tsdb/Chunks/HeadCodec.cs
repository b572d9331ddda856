using System.Buffers.Binary;
using System.Numerics;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The encoding of open chunks: one token a sample, which is the change of a decimal mantissa or an opcode; times that go on regularly
/// cost nothing, nor does a value that stays the same. Nothing written is ever changed, so a reader may decode the samples
/// counted so far while the next one is written. Format: docs/formats/chunk.md, "Head".
/// </summary>
internal static class HeadCodec
{
    /// <summary>No sample is longer, histograms apart: end of a run, switch and change of time, opcode, value.</summary>
    public const int MaxSampleLength = 3 + 1 + PrefixVarint.MaxLength + 1 + 1 + PrefixVarint.MaxLength;

    private const ulong Stale = 0;
    private const ulong Raw = 1;
    private const ulong Rescale = 2;
    private const ulong OddTime = 3;
    private const ulong Run = 4;
    private const ulong Switch = 5;
    private const ulong Same = 6;
    private const ulong FirstDelta = 8;

    /// <summary>Values without an exponent after which only every sixteenth is searched again.</summary>
    private const int PatienceMisses = 4;

    /// <summary>Odd times in a row after which every sample brings its time; one late sample alone makes three.</summary>
    private const int OddTimesToSwitch = 4;

    /// <summary>Regular times in a row after which none does again.</summary>
    private const int RegularTimesToSwitch = 16;

    /// <summary>Appends a sample that is later than the one before, by less than 2^31 ms. The span must have room for <see cref="MaxSampleLength"/>.</summary>
    public static int Encode(ref HeadCodecState state, Span<byte> to, long time, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        if (state.Count == 0)
        {
            var first = PrefixVarint.Write(to, PrefixVarint.ZigZag(time));
            state.LastTime = time;
            state.Count = 1;
            return first + EncodeValue(ref state, to[first..], value, bits);
        }
        var delta = (int)(time - state.LastTime);
        var change = (long)delta - state.LastDelta;
        state.LastTime = time;
        state.LastDelta = delta;
        state.Count++;
        if (change == 0 && bits == state.ValueBits && !state.IsIrregular)
        {
            return EncodeRepeat(ref state, to);
        }
        var length = EndRun(ref state, to);
        if (state.IsIrregular || change != 0)
        {
            length += EncodeTime(ref state, to[length..], change);
        }
        else
        {
            state.Surprises = 0;
        }
        if (bits == state.ValueBits)
        {
            return length + PrefixVarint.Write(to[length..], Same);
        }
        return length + EncodeValue(ref state, to[length..], value, bits);
    }

    /// <summary>Appends a histogram sample, its payload prepared by <see cref="HistogramCodec"/>; room for 18 bytes and the payload is needed.</summary>
    public static int EncodeHistogram(ref HeadCodecState state, Span<byte> to, long time, ReadOnlySpan<byte> payload)
    {
        var delta = state.Count == 0 ? 0 : (int)(time - state.LastTime);
        var change = state.Count == 0 ? time : (long)delta - state.LastDelta;
        state.LastTime = time;
        state.LastDelta = delta;
        state.Count++;
        var length = PrefixVarint.Write(to, PrefixVarint.ZigZag(change));
        length += PrefixVarint.Write(to[length..], (ulong)payload.Length);
        payload.CopyTo(to[length..]);
        return length + payload.Length;
    }

    /// <summary>
    /// Appends the samples of the first <paramref name="count"/> that are between the times, both inclusive. The bytes may hold more
    /// samples than are counted.
    /// </summary>
    /// <param name="timesOnly">Whether values other than staleness markers do not matter, which saves half of the work; floats are any then.</param>
    /// <exception cref="CorruptDataException">The bytes end too early or hold what no encoder writes; no floats are appended.</exception>
    public static void Decode(
        ReadOnlySpan<byte> from, int count, ChunkKind kind, long minTime, long maxTime, SampleColumns into, bool timesOnly = false)
    {
        if (count == 0)
        {
            return;
        }
        if (kind == ChunkKind.Histogram)
        {
            DecodeHistograms(from, count, minTime, maxTime, into);
            return;
        }
        into.Room(count, out var times, out var values);
        var rows = DecodeFloats(from, maxTime, timesOnly, times, values);
        var (low, high) = SealedChunk.RangeWithin(times[..rows], minTime, maxTime);
        if (low > 0)
        {
            times[low..high].CopyTo(times);
            values[low..high].CopyTo(values);
        }
        into.Added(high - low);
    }

    /// <summary>Fills the columns, and may stop behind the last time that is wanted. Answers how many rows that are.</summary>
    private static int DecodeFloats(ReadOnlySpan<byte> from, long maxTime, bool timesOnly, Span<long> times, Span<double> values)
    {
        var position = 0;
        var time = PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
        long delta = 0, mantissa = 0;
        var power = 1.0;
        var value = 0.0;
        DecodeValue(from, ref position, PrefixVarint.Read(from, ref position), ref mantissa, ref power, ref value);
        (times[0], values[0]) = (time, value);
        var irregular = false;
        var rows = 1;
        while (time <= maxTime)
        {
            if (!irregular && rows < times.Length)
            {
                rows += timesOnly
                    ? SkipChanges(from, ref position, delta, times[(rows - 1)..], values[(rows - 1)..])
                    : TakeChanges(from, ref position, delta, power, ref mantissa, times[(rows - 1)..], values[(rows - 1)..]);
                (time, value) = (times[rows - 1], values[rows - 1]);
            }
            if (rows == times.Length)
            {
                break;
            }
            if (irregular)
            {
                delta += PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
            }
            var token = PrefixVarint.Read(from, ref position);
            switch (token)
            {
                case Run:
                    // A run that is still open has no length yet: it goes on to the last sample.
                    var length = position == from.Length ? ulong.MaxValue : PrefixVarint.Read(from, ref position);
                    for (; length > 0 && rows < times.Length; length--, rows++)
                    {
                        time += delta;
                        (times[rows], values[rows]) = (time, value);
                    }
                    continue;
                case Switch:
                    irregular = !irregular;
                    delta += PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
                    token = PrefixVarint.Read(from, ref position);
                    break;
                case OddTime:
                    delta += PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
                    token = PrefixVarint.Read(from, ref position);
                    break;
            }
            time += delta;
            DecodeValue(from, ref position, token, ref mantissa, ref power, ref value);
            (times[rows], values[rows]) = (time, value);
            rows++;
        }
        return rows;
    }

    /// <summary>
    /// Decodes regular samples that are a change of the mantissa, as nearly all are, behind the first row, up to something else or the last bytes. Answers
    /// how many.
    /// </summary>
    private static int TakeChanges(
        ReadOnlySpan<byte> from, ref int position, long delta, double power, ref long mantissa, Span<long> times, Span<double> values)
    {
        var (at, sum, time) = (position, mantissa, times[0]);
        values = values[..times.Length];
        var row = 1;
        for (; row < times.Length && at <= from.Length - sizeof(ulong); row++)
        {
            var loaded = BinaryPrimitives.ReadUInt64LittleEndian(from[at..]);
            var length = BitOperations.TrailingZeroCount((uint)loaded | 0x100) + 1;
            var token = loaded << (64 - 8 * length) >> (64 - 7 * length);
            if (length > sizeof(ulong) || token < FirstDelta)
            {
                break;
            }
            at += length;
            sum += PrefixVarint.UnZigZag(token - FirstDelta);
            time += delta;
            times[row] = time;
            values[row] = sum / power;
        }
        (position, mantissa) = (at, sum);
        return row - 1;
    }

    /// <summary>As <see cref="TakeChanges"/>, with zeros for values.</summary>
    private static int SkipChanges(ReadOnlySpan<byte> from, ref int position, long delta, Span<long> times, Span<double> values)
    {
        var (at, time) = (position, times[0]);
        var row = 1;
        for (; row < times.Length && at < from.Length; row++)
        {
            uint first = from[at];
            if ((first & 1) != 0 && first >> 1 < FirstDelta)
            {
                break;
            }
            at += BitOperations.TrailingZeroCount(first | 0x100) + 1;
            time += delta;
            times[row] = time;
        }
        values[1..row].Clear();
        position = at <= from.Length ? at : throw new CorruptDataException("the bytes end inside a number");
        return row - 1;
    }

    private static void DecodeHistograms(ReadOnlySpan<byte> from, int count, long minTime, long maxTime, SampleColumns into)
    {
        var position = 0;
        long time = 0, delta = 0;
        for (var i = 0; i < count; i++)
        {
            var change = PrefixVarint.UnZigZag(PrefixVarint.Read(from, ref position));
            delta += i == 0 ? 0 : change;
            time += i == 0 ? change : delta;
            if (time > maxTime)
            {
                return;
            }
            var payload = TakePayload(from, ref position);
            if (time >= minTime)
            {
                into.Add(time, HistogramCodec.Decode(payload));
            }
        }
    }

    /// <summary>The first repeat is a token; the second opens a run, which costs nothing until it ends.</summary>
    private static int EncodeRepeat(ref HeadCodecState state, Span<byte> to)
    {
        state.Surprises = 0;
        state.Repeats++;
        return state.Repeats switch
        {
            1 => PrefixVarint.Write(to, Same),
            2 => PrefixVarint.Write(to, Run),
            _ => 0,
        };
    }

    private static int EndRun(ref HeadCodecState state, Span<byte> to)
    {
        var length = state.Repeats > 1 ? PrefixVarint.Write(to, (ulong)state.Repeats - 1) : 0;
        state.Repeats = 0;
        return length;
    }

    private static int EncodeTime(ref HeadCodecState state, Span<byte> to, long change)
    {
        var coded = PrefixVarint.ZigZag(change);
        state.Surprises = state.IsIrregular == (change == 0) ? (byte)(state.Surprises + 1) : (byte)0;
        if (!state.IsIrregular)
        {
            var switches = state.Surprises == OddTimesToSwitch;
            var length = PrefixVarint.Write(to, switches ? Switch : OddTime);
            if (switches)
            {
                state.IsIrregular = true;
                state.Surprises = 0;
            }
            return length + PrefixVarint.Write(to[length..], coded);
        }
        var written = PrefixVarint.Write(to, coded);
        if (state.Surprises == RegularTimesToSwitch)
        {
            state.IsIrregular = false;
            state.Surprises = 0;
            written += PrefixVarint.Write(to[written..], Switch);
            written += PrefixVarint.Write(to[written..], 0);
        }
        return written;
    }

    private static int EncodeValue(ref HeadCodecState state, Span<byte> to, double value, ulong bits)
    {
        state.ValueBits = bits;
        if (DecimalScale.TryScale(value, state.Exponent, out var mantissa))
        {
            var change = PrefixVarint.ZigZag(mantissa - state.Mantissa);
            state.Mantissa = mantissa;
            state.Misses = 0;
            return PrefixVarint.Write(to, FirstDelta + change);
        }
        if (bits == StaleMarker.Bits)
        {
            state.HasMarks = true;
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

    private static void DecodeValue(
        ReadOnlySpan<byte> from, ref int position, ulong token, ref long mantissa, ref double power, ref double value)
    {
        if (token >= FirstDelta)
        {
            mantissa += PrefixVarint.UnZigZag(token - FirstDelta);
            value = mantissa / power;
            return;
        }
        switch (token)
        {
            case Stale:
                value = StaleMarker.Value;
                return;
            case Same:
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
                throw new CorruptDataException($"opcode {token} of a head chunk is unknown or cut off");
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
