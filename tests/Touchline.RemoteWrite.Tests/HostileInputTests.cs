using CsCheck;
using Snappier;
using Touchline.RemoteWrite.Tests.Support;

namespace Touchline.RemoteWrite.Tests;

/// <summary>Whatever comes, the answer is a result, little is allocated, and nothing of a malformed message is stored.</summary>
public sealed class HostileInputTests
{
    private static readonly byte[] One = RemoteWriteReceiverTests.Request(
        RemoteWriteVersion.One, ([("__name__", "m"), ("job", "api")], [(1000, 1.5)]), ([("__name__", "n")], [(1000, 2), (2000, 3)]));

    private static readonly byte[] Two = RemoteWriteReceiverTests.Request(
        RemoteWriteVersion.Two, ([("__name__", "m"), ("job", "api")], [(1000, 1.5)]), ([("__name__", "n")], [(1000, 2), (2000, 3)]));

    [Fact]
    public void Cut_off_message_is_malformed_or_shorter_by_whole_series()
    {
        foreach (var (message, version) in Both())
        {
            for (var length = 1; length < message.Length; length++)
            {
                using var receiving = new Receiving();
                var result = receiving.Write(message[..length], version);
                var complete = result.Outcome == RemoteWriteOutcome.Stored;
                Assert.True(complete || result.Outcome == RemoteWriteOutcome.Malformed, $"{version} {length}: {result}");
                Assert.Equal(result.Samples, receiving.Samples().Length);
            }
        }
    }

    [Fact]
    public void Flipped_bytes_never_throw() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 10_000], Gen.Byte).Sample((two, place, value, place2, value2) =>
        {
            var message = (two ? Two : One).ToArray();
            message[place % message.Length] = value;
            message[place2 % message.Length] = value2;
            using var receiving = new Receiving();
            var result = receiving.Write(message, two ? RemoteWriteVersion.Two : RemoteWriteVersion.One);
            Assert.True(result.Outcome is RemoteWriteOutcome.Stored or RemoteWriteOutcome.PartlyStored or RemoteWriteOutcome.Malformed);
        }, iter: 5000);

    [Fact]
    public void Random_bytes_never_throw_as_message_or_as_body() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool).Sample((bytes, two) =>
        {
            var version = two ? RemoteWriteVersion.Two : RemoteWriteVersion.One;
            using var receiving = new Receiving();
            receiving.Write(bytes, version);
            Assert.Equal(RemoteWriteOutcome.Malformed, receiving.Receiver.Write([0x10, .. bytes.Take(5)], version).Outcome);
            receiving.Receiver.Write(bytes, version);
        }, iter: 5000);

    [Fact]
    public void Snappy_that_declares_a_huge_size_is_refused_before_it_is_allocated()
    {
        using var receiving = new Receiving();
        var before = GC.GetAllocatedBytesForCurrentThread();
        // 2 GiB - 1 in Snappy's own varint, and no data.
        var result = receiving.Receiver.Write([0xff, 0xff, 0xff, 0xff, 0x07], RemoteWriteVersion.One);
        Assert.Equal(RemoteWriteOutcome.TooLarge, result.Outcome);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Snappy_of_another_size_than_declared_is_malformed()
    {
        using var receiving = new Receiving();
        var body = Snappy.CompressToArray(One);
        Assert.Equal(One.Length, body[0]);
        foreach (var wrong in (int[])[-1, 1, 20])
        {
            body[0] = (byte)(One.Length + wrong);
            var result = receiving.Receiver.Write(body, RemoteWriteVersion.One);
            Assert.True(result.Outcome == RemoteWriteOutcome.Malformed, $"{wrong}: {result}");
        }
        Assert.Empty(receiving.Samples());
    }

    [Fact]
    public void Lengths_beyond_the_message_are_malformed_at_every_level()
    {
        using var receiving = new Receiving();
        byte[][] messages =
        [
            new Message().Raw((1 << 3) | 2).Raw(ulong.MaxValue).ToArray(),
            new Message().Nested(1, new Message().Raw((1 << 3) | 2).Raw(1UL << 40)).ToArray(),
            new Message().Nested(1, new Message().Bytes(2, [2 << 3, 0x80])).ToArray(),
        ];
        foreach (var message in messages)
        {
            Assert.Equal(RemoteWriteOutcome.Malformed, receiving.Write(message).Outcome);
        }
    }

    [Fact]
    public void Deep_nesting_costs_no_stack()
    {
        // Unknown fields are stepped over as a whole, known ones have a fixed depth.
        var deep = new Message();
        for (var depth = 0; depth < 3000; depth++)
        {
            deep = new Message().Nested(1, deep);
        }
        using var receiving = new Receiving();
        Assert.Equal(RemoteWriteOutcome.Stored, receiving.Write(new Message().Nested(9, deep).ToArray()).Outcome);
        receiving.Write(deep.ToArray());
        receiving.Write(new Message().Nested(5, deep).ToArray(), RemoteWriteVersion.Two);
    }

    [Fact]
    public void Groups_and_unknown_encodings_are_malformed()
    {
        using var receiving = new Receiving();
        foreach (var wireType in (ulong[])[3, 4, 6, 7])
        {
            var result = receiving.Write(new Message().Raw((9 << 3) | wireType).ToArray());
            Assert.Equal(RemoteWriteOutcome.Malformed, result.Outcome);
            Assert.Contains($"field 9 at byte 1 has the unknown encoding {wireType}", result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Symbols_that_are_not_there_or_odd_in_number_are_malformed()
    {
        using var receiving = new Receiving();
        var missing = new Message().Text(4, "").Nested(5, new Message().Packed(1, 1, 2).Nested(2, Message.Sample(1, 1)));
        Assert.Contains("symbol 1 is not among the 1", receiving.Write(missing.ToArray(), RemoteWriteVersion.Two).Reason, StringComparison.Ordinal);
        var odd = new Message().Text(4, "").Nested(5, new Message().Packed(1, 0).Nested(2, Message.Sample(1, 1)));
        Assert.Equal(RemoteWriteOutcome.Malformed, receiving.Write(odd.ToArray(), RemoteWriteVersion.Two).Outcome);
    }

    [Fact]
    public void Symbols_without_end_are_refused()
    {
        var bytes = new byte[3 << 20];
        for (var i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = (4 << 3) | 2;
        }
        using var receiving = new Receiving();
        Assert.Equal(RemoteWriteOutcome.Malformed, receiving.Write(bytes, RemoteWriteVersion.Two).Outcome);
    }

    private static IEnumerable<(byte[] Message, RemoteWriteVersion Version)> Both() => [(One, RemoteWriteVersion.One), (Two, RemoteWriteVersion.Two)];
}
