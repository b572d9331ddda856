using Touchline.RemoteWrite.Tests.Support;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests;

public sealed class RemoteWriteFiguresTests
{
    private static readonly (string, string)[] Api = [("__name__", "requests_total"), ("job", "api")];

    [Fact]
    public void What_is_taken_and_what_is_refused_is_counted_by_kind_and_reason()
    {
        using var receiving = new Receiving();
        var twice = Requests.SeriesOne([("__name__", "m"), ("a", "1"), ("a", "2")], (1, 1), (2, 2));
        var withExemplar = Requests.SeriesOne(Api, (1000, 1), (2000, 2))
            .Nested(3, new Message().Nested(1, new Message().Text(1, "trace_id").Text(2, "abc")).Double(2, 0.5).Varint(3, 900));
        var first = Snappier.Snappy.CompressToArray(Requests.One(withExemplar, twice));
        receiving.Receiver.Write(first, RemoteWriteVersion.One);
        receiving.Write(Requests.One(Requests.SeriesOne(Api, (2000, 2)), Requests.SeriesOne(Api, (2000, 3))));
        var figures = receiving.Receiver.Figures;
        Assert.Equal(2, figures.Messages);
        Assert.True(figures.Bytes > first.Length);
        Assert.Equal(3, figures.Samples); // The one that was there already is one of them.
        Assert.Equal(1, figures.Exemplars);
        Assert.Equal(2, figures.Refused(AppendStatus.InvalidLabels));
        Assert.Equal(1, figures.Refused(AppendStatus.DuplicateTimestamp));
        Assert.Equal(0, figures.Refused(AppendStatus.TooOld));
        Assert.Equal(0, figures.Malformed);
    }

    [Fact]
    public void An_exemplar_without_a_series_is_refused_and_fails_nothing()
    {
        using var receiving = new Receiving();
        var exemplar = new Message().Nested(1, new Message().Text(1, "trace_id").Text(2, "abc")).Double(2, 0.5).Varint(3, 900);
        Assert.Equal(RemoteWriteOutcome.Stored, receiving.Write(Requests.One(Requests.SeriesOne(Api).Nested(3, exemplar))).Outcome);
        Assert.Equal((0L, 1L), (receiving.Receiver.Figures.Exemplars, receiving.Receiver.Figures.ExemplarsRefused));
    }

    [Fact]
    public void Samples_of_version_two_without_metadata_are_counted()
    {
        using var receiving = new Receiving();
        List<string> symbols = [];
        var told = Requests.SeriesTwo(symbols, Api, (1000, 1), (2000, 2));
        told.Nested(5, new Message().Varint(1, 1).Varint(3, Requests.Number(symbols, "Requests.")));
        var bare = Requests.SeriesTwo(symbols, [("__name__", "m")], (1000, 1), (2000, 2), (3000, 3));
        receiving.Write(Requests.Two(symbols, told, bare), RemoteWriteVersion.Two);
        Assert.Equal(5, receiving.Receiver.Figures.Samples);
        Assert.Equal(3, receiving.Receiver.Figures.SamplesWithoutMetadata);
    }

    [Fact]
    public void Bodies_that_are_no_message_and_a_store_that_refuses_are_counted_apart()
    {
        using var receiver = new RemoteWriteReceiver(new CountingStore { Refuses = true }, new RemoteWriteOptions { MaxMessageBytes = 1000 }, TimeProvider.System);
        receiver.Write([1, 2, 3, 4, 5], RemoteWriteVersion.One);
        receiver.Write(Snappier.Snappy.CompressToArray(new byte[1001]), RemoteWriteVersion.One);
        receiver.Write(Snappier.Snappy.CompressToArray(Requests.One(Requests.SeriesOne(Api, (1, 1)))), RemoteWriteVersion.One);
        Assert.Equal((2L, 1L), (receiver.Figures.Malformed, receiver.Figures.Unavailable));
        Assert.Equal((0L, 0L), (receiver.Figures.Messages, receiver.Figures.Samples));
    }
}
