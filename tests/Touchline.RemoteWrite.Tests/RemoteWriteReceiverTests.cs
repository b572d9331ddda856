using Touchline.Model;
using Touchline.RemoteWrite.Tests.Support;

namespace Touchline.RemoteWrite.Tests;

public sealed class RemoteWriteReceiverTests
{
    private static readonly (string, string)[] Api = [("__name__", "requests_total"), ("job", "api")];
    private static readonly (string, string)[] Web = [("__name__", "requests_total"), ("job", "wéb")];

    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void Samples_of_a_message_are_stored_and_counted(RemoteWriteVersion version)
    {
        using var receiving = new Receiving();
        var result = receiving.Write(Request(version, (Api, [(1000, 1.5), (2000, 2.5)]), (Web, [(1000, -0.0)])), version);
        Assert.Equal(new RemoteWriteResult(RemoteWriteOutcome.Stored, 3, 0, 0, ""), result);
        Assert.Equal(["requests_total{job=\"api\"} 1.5@1000", "requests_total{job=\"api\"} 2.5@2000", "requests_total{job=\"wéb\"} -0@1000"], receiving.Samples());
    }

    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void Series_that_is_known_is_found_by_its_bytes(RemoteWriteVersion version)
    {
        using var receiving = new Receiving();
        receiving.Write(Request(version, (Api, [(1000, 1)]), (Web, [(1000, 5)])), version);
        Assert.Equal(2, receiving.Receiver.KnownSeries);
        receiving.Write(Request(version, (Web, [(2000, 6)]), (Api, [(2000, 2)])), version);
        Assert.Equal(2, receiving.Receiver.KnownSeries);
        Assert.Equal(4, receiving.Samples().Length);
        Assert.Contains("requests_total{job=\"wéb\"} 6@2000", receiving.Samples());
    }

    [Fact]
    public void Known_series_cost_no_allocation()
    {
        using var receiving = new Receiving();
        var store = new CountingStore();
        using var receiver = new RemoteWriteReceiver(store, new RemoteWriteOptions(), TimeProvider.System);
        byte[][] bodies = [.. Enumerable.Range(0, 40).Select(step => Snappier.Snappy.CompressToArray(Requests.One(
            [.. Enumerable.Range(0, 500).Select(i => Requests.SeriesOne([("__name__", "m"), ("i", $"{i}")], (step * 1000, step)))])))];
        foreach (var body in bodies[..20])
        {
            receiver.Write(body, RemoteWriteVersion.One);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var body in bodies[20..])
        {
            receiver.Write(body, RemoteWriteVersion.One);
        }
        // Snappy's own working memory, and the holder that the idle session is kept in.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 2000);
        Assert.Equal(20_000, store.Samples);
    }

    [Fact]
    public void Labels_in_any_order_and_with_empty_values_are_one_series()
    {
        using var receiving = new Receiving();
        receiving.Write(Requests.One(Requests.SeriesOne([("__name__", "m"), ("a", "1"), ("b", "2")], (1, 1))));
        receiving.Write(Requests.One(Requests.SeriesOne([("b", "2"), ("c", ""), ("a", "1"), ("__name__", "m")], (2, 2))));
        Assert.Equal(["m{a=\"1\", b=\"2\"} 1@1", "m{a=\"1\", b=\"2\"} 2@2"], receiving.Samples());
    }

    [Fact]
    public void Labels_scattered_over_the_series_are_gathered()
    {
        using var receiving = new Receiving();
        var series = new Message().Nested(1, new Message().Text(1, "__name__").Text(2, "m")).Nested(2, Message.Sample(7, 1)).Nested(1, new Message().Text(1, "a").Text(2, "b"));
        receiving.Write(Requests.One(series));
        Assert.Equal(["m{a=\"b\"} 7@1"], receiving.Samples());
    }

    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void What_is_good_is_stored_beside_what_is_not(RemoteWriteVersion version)
    {
        using var receiving = new Receiving();
        var result = receiving.Write(
            Request(version, (Api, [(1000, 1)]), ([("__name__", "m"), ("a", "1"), ("a", "2")], [(1, 1), (2, 2)]), (Web, [(1000, 2)])), version);
        Assert.Equal(RemoteWriteOutcome.PartlyStored, result.Outcome);
        Assert.Equal(2, result.Samples);
        Assert.Equal("2 samples of the message were not stored: label name \"a\" is there twice (2, first a series at 1)", result.Reason);
        Assert.Equal(2, receiving.Samples().Length);
    }

    [Fact]
    public void Sample_that_contradicts_a_stored_one_is_named()
    {
        using var receiving = new Receiving();
        receiving.Write(Request(RemoteWriteVersion.One, (Api, [(1000, 1)])));
        var again = receiving.Write(Request(RemoteWriteVersion.One, (Api, [(1000, 1)])));
        Assert.Equal((RemoteWriteOutcome.Stored, 1L), (again.Outcome, again.Samples));
        var other = receiving.Write(Request(RemoteWriteVersion.One, (Api, [(1000, 2), (2000, 3)])));
        Assert.Equal((RemoteWriteOutcome.PartlyStored, 1L), (other.Outcome, other.Samples));
        Assert.Equal(
            "1 samples of the message were not stored: duplicate sample for timestamp (1, first requests_total{job=\"api\"} at 1000)", other.Reason);
    }

    [Fact]
    public void Reason_stays_short_whatever_is_refused()
    {
        using var receiving = new Receiving();
        var name = new string('n', 1_000_000);
        receiving.Write(Request(RemoteWriteVersion.One, ([("__name__", "m"), ("a", name)], [(1, 1)])));
        var result = receiving.Write(Request(RemoteWriteVersion.One, ([("__name__", "m"), ("a", name)], [(1, 2)]), ([("__name__", "m"), (name, "1"), (name, "2")], [(1, 1)])));
        Assert.Equal(2, result.Reason.Split(';').Length);
        Assert.True(result.Reason.Length < 3000, $"{result.Reason.Length} characters");
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        using var receiving = new Receiving();
        var series = new Message()
            .Nested(1, new Message().Text(1, "__name__").Text(2, "m")).Nested(1, new Message().Text(1, "a").Bytes(2, [0xff, 0xfe])).Nested(2, Message.Sample(7, 1));
        var result = receiving.Write(Requests.One(series));
        Assert.Equal(RemoteWriteOutcome.PartlyStored, result.Outcome);
        Assert.Contains("label 2 is not UTF-8", result.Reason, StringComparison.Ordinal);
        Assert.Empty(receiving.Samples());
    }

    [Fact]
    public void Metadata_of_version_one_stand_beside_the_series()
    {
        using var receiving = new Receiving();
        receiving.Write(new Message().Nested(3, new Message().Varint(1, 1).Text(2, "requests_total").Text(4, "Requests.").Text(5, "requests")).ToArray());
        Assert.Equal(new MetricMetadata(MetricType.Counter, "Requests.", "requests"), receiving.Metadata()["requests_total"]);
    }

    [Theory]
    [InlineData("latency_bucket", 3, "latency")]
    [InlineData("latency_sum", 5, "latency")]
    [InlineData("items_count", 2, "items_count")]
    public void Metadata_of_version_two_belong_to_the_family(string metric, int type, string family)
    {
        using var receiving = new Receiving();
        List<string> symbols = [];
        var series = Requests.SeriesTwo(symbols, [("__name__", metric)], (1, 1));
        series.Nested(5, new Message().Varint(1, (ulong)type).Varint(3, Requests.Number(symbols, "Help!")).Varint(4, Requests.Number(symbols, "seconds")));
        receiving.Write(Requests.Two(symbols, series), RemoteWriteVersion.Two);
        Assert.Equal("Help!", receiving.Metadata()[family].Help);
        Assert.Equal("seconds", receiving.Metadata()[family].Unit);
    }

    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void Exemplars_belong_to_their_series(RemoteWriteVersion version)
    {
        using var receiving = new Receiving();
        List<string> symbols = [];
        var exemplar = new Message().Double(2, 0.5).Varint(3, 900);
        var request = version == RemoteWriteVersion.One
            ? Requests.One(Requests.SeriesOne(Api, (1000, 1)).Nested(3, new Message().Nested(1, new Message().Text(1, "trace_id").Text(2, "abc")).Double(2, 0.5).Varint(3, 900)))
            : null;
        if (request is null)
        {
            var series = Requests.SeriesTwo(symbols, Api, (1000, 1));
            series.Nested(4, exemplar.Packed(1, Requests.Number(symbols, "trace_id"), Requests.Number(symbols, "abc")));
            request = Requests.Two(symbols, series);
        }
        Assert.Equal(new RemoteWriteResult(RemoteWriteOutcome.Stored, 1, 0, 1, ""), receiving.Write(request, version));
        var stored = receiving.Store.SelectExemplars([[]], 0, long.MaxValue, default).Single();
        Assert.Equal(Labels.Of(Api.Select(l => new Label(l.Item1, l.Item2)).ToArray()), stored.Labels);
        Assert.Equal([new Exemplar(Labels.Of("trace_id", "abc"), 0.5, 900)], stored.Exemplars);
    }

    [Fact]
    public void Created_time_of_version_two_belongs_to_its_series()
    {
        using var receiving = new Receiving();
        List<string> symbols = [];
        var series = Requests.SeriesTwo(symbols, Api, (1000, 1)).Varint(6, 777);
        receiving.Write(Requests.Two(symbols, series), RemoteWriteVersion.Two);
        using var querier = receiving.Store.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal([777L], querier.Select([], true, default).Single().CreatedTimes());
    }

    [Fact]
    public void Message_larger_than_allowed_is_not_decompressed()
    {
        using var receiving = new Receiving(new RemoteWriteOptions { MaxMessageBytes = 1000 });
        var result = receiving.Write(new byte[1001]);
        Assert.Equal(RemoteWriteOutcome.TooLarge, result.Outcome);
        Assert.Equal("the message has 1001 bytes; at most 1000 are taken", result.Reason);
    }

    [Fact]
    public void Store_that_refuses_makes_the_sender_come_again()
    {
        using var receiver = new RemoteWriteReceiver(new CountingStore { Refuses = true }, new RemoteWriteOptions(), TimeProvider.System);
        var result = receiver.Write(Snappier.Snappy.CompressToArray(Request(RemoteWriteVersion.One, (Api, [(1, 1)]))), RemoteWriteVersion.One);
        Assert.Equal((RemoteWriteOutcome.Unavailable, 0L), (result.Outcome, result.Samples));
    }

    internal static byte[] Request(RemoteWriteVersion version, params ((string, string)[] Labels, (long, double)[] Samples)[] series)
    {
        if (version == RemoteWriteVersion.One)
        {
            return Requests.One([.. series.Select(one => Requests.SeriesOne(one.Labels, one.Samples))]);
        }
        List<string> symbols = [];
        Message[] messages = [.. series.Select(one => Requests.SeriesTwo(symbols, one.Labels, one.Samples))];
        return Requests.Two(symbols, messages);
    }
}
