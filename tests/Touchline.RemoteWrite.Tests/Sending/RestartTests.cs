using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Tests.Support;
using Touchline.Shared;

namespace Touchline.RemoteWrite.Tests.Sending;

/// <summary>What the process after a killed one, and one with a difficult receiver, does.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_one_shard_sent_is_not_sent_again_because_another_was_stuck()
    {
        using var killed = new TestFolder();
        var stuckSeries = TestSending.Series(0).ToString();
        var sentBefore = new HashSet<string>();
        var port = FreePort.Next();
        var config = TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write")) with { RemoteTimeoutMs = 60_000 };
        config = config with { Queue = config.Queue with { MinShards = 4, MaxShards = 4 } };
        await using (var sending = new TestSending(_folder))
        {
            using var receiver = new TestReceiver(
                request => SamplesOf(request).Any(sample => sample.StartsWith(stuckSeries, StringComparison.Ordinal)) ? new TestAnswer(503, "stuck") : new TestAnswer(204), port);
            sending.Apply(config);
            for (var second = 1; second <= 5; second++)
            {
                sending.Append(second * 1000, series: 40);
            }
            await TestSending.EventuallyAsync(() => IsAtRest(sending), "the other shards do not send what they have");
            sentBefore.UnionWith(receiver.Received.Samples());
            var noted = File.ReadAllText(Path.Combine(_folder.Path, "positions.json"));
            await TestSending.EventuallyAsync(() => IsNoted(sending, ref noted), "it is not noted");
            Copy(_folder, killed);
        }
        Assert.NotEmpty(sentBefore);
        using var next = new TestReceiver(port: port);
        await using var after = new TestSending(killed);
        // More shards or fewer do not matter: what was sent was noted with those of then.
        after.Apply(config with { Queue = config.Queue with { MinShards = 1, MaxShards = 1 } });
        await TestSending.EventuallyAsync(() => next.Received.Samples().Length + sentBefore.Count >= 200, "what was stuck does not arrive");
        await TestSending.EventuallyAsync(() => after.Remote.State == RemoteState.Idle, "it does not come to rest");

        Assert.Empty(next.Received.Samples().Intersect(sentBefore));
        Assert.Equal(200, next.Received.Samples().Union(sentBefore).Count());
    }

    [Fact]
    public async Task Metadata_outlive_a_restart()
    {
        var port = FreePort.Next();
        var config = TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write")) with { Message = RemoteWriteMessageType.Two };
        var metadata = new MetricMetadata(MetricType.Counter, "Help.", "bytes");
        await using (var before = new TestSending(_folder))
        {
            before.Apply(config);
            using (var appender = before.Sender.Store.OpenAppender())
            {
                appender.SetMetadata("m", metadata);
                appender.Commit();
            }
            before.Append(1000);
        }
        using var receiver = new TestReceiver(port: port);
        await using var after = new TestSending(_folder);
        after.Apply(config);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "they do not arrive");

        Assert.Equal(metadata, receiver.Received.Metadata()["m"]);
    }

    [Fact]
    public void Metadata_are_bounded_in_bytes()
    {
        var book = new MetadataBook();
        for (var i = 0; i < 100; i++)
        {
            book.Set(i.ToString(CultureInfo.InvariantCulture), new MetricMetadata(MetricType.Gauge, new string('h', 1 << 20), ""));
        }
        Assert.InRange(book.All.Count(), 16, 32);

        book.Set("0", new MetricMetadata(MetricType.Gauge, "short", ""));
        Assert.Equal("short", book.Find("0")!.Help);
    }

    [Fact]
    public async Task Refusal_whose_reason_breaks_off_is_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(url));
        sending.Append(1000);
        for (var attempt = 0; attempt < 60 && sending.Remote.Figures.Failed(SampleKind.Sample) == 0; attempt++)
        {
            await RawRequest.AnswerNextAsync(listener, "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\nout of");
        }
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Failed(SampleKind.Sample) == 3, "it is sent again for ever");
        await TestSending.EventuallyAsync(() => sending.Remote.LastError == "server returned HTTP status 400 Bad Request", "it is not said");
    }

    /// <summary>Whether only the stuck shard still has something, which is sent again and again.</summary>
    private static bool IsAtRest(TestSending sending)
    {
        var figures = sending.Remote.Figures;
        return figures.Sent(SampleKind.Sample) > 0 && figures.Sent(SampleKind.Sample) + figures.Pending(SampleKind.Sample) == 200
            && figures.Pending(SampleKind.Sample) < 100 && figures.Retried(SampleKind.Sample) > 0;
    }

    /// <summary>Whether the file has been written since all that can be sent was sent.</summary>
    private bool IsNoted(TestSending sending, ref string noted)
    {
        var now = File.ReadAllText(Path.Combine(_folder.Path, "positions.json"));
        var isSame = now == noted && now.Contains("Shards", StringComparison.Ordinal);
        noted = now;
        // Four shards, of which three have got to the end of the queue.
        return isSame && System.Text.RegularExpressions.Regex.Count(now, $"\"Offset\":{sending.Sender.QueueBytes}}}") == 3;
    }

    private static string[] SamplesOf(TestRequest request)
    {
        using var one = new Receiving();
        one.Receiver.Write(request.Body, RemoteWriteVersion.One);
        return one.Samples();
    }

    private static void Copy(TestFolder from, TestFolder to)
    {
        foreach (var path in Directory.EnumerateFiles(from.Path).Where(path => Path.GetExtension(path) is ".queue" or ".json"))
        {
            File.Copy(path, Path.Combine(to.Path, Path.GetFileName(path)));
        }
    }
}
