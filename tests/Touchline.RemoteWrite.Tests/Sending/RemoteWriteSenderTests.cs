using Touchline.Configuration;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;
using Touchline.Shared;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class RemoteWriteSenderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(RemoteWriteMessageType.One)]
    [InlineData(RemoteWriteMessageType.Two)]
    public async Task Everything_arrives(RemoteWriteMessageType message)
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(receiver.Url) with { Message = message });

        using (var appender = sending.Sender.Store.OpenAppender())
        {
            var series = default(SeriesRef);
            appender.Append(ref series, TestSending.Series(0), 1000, 1.5);
            appender.AppendExemplar(series, new Exemplar(Labels.Of("trace_id", "abc"), 0.5, 900));
            appender.SetCreated(series, 500);
            appender.Append(ref series, null, 2000, StaleMarker.Value);
            var histograms = default(SeriesRef);
            appender.AppendHistogram(ref histograms, TestSending.Series(1), 1000, Histogram);
            appender.AppendHistogram(ref histograms, TestSending.Series(1), 2000, Histogram with { IsFloat = true, Count = 2.5, PositiveBuckets = [1.5, 1] });
            appender.SetMetadata("m", new MetricMetadata(MetricType.Histogram, "Help \"me\".", "seconds"));
            appender.Commit();
        }
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Sent(SampleKind.Histogram) == 2 && sending.Remote.Figures.Sent(SampleKind.Sample) == 2, "they do not arrive");

        using var querier = receiver.Received.Store.OpenQuerier(long.MinValue, long.MaxValue);
        var found = querier.Select([], true, default);
        var (samples, rows) = (new SampleColumns(), new SampleColumns());
        found[0].Read(long.MinValue, long.MaxValue, samples);
        found[1].Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal([1000, 2000], samples.Timestamps.ToArray());
        Assert.Equal(1.5, samples.Values[0]);
        Assert.True(StaleMarker.Is(samples.Values[1]));
        Assert.Equal(Histogram.PositiveBuckets, rows.Histograms[0]!.PositiveBuckets);
        Assert.Equal(Histogram.PositiveSpans, rows.Histograms[0]!.PositiveSpans);
        Assert.Equal((Histogram.Count, Histogram.Sum, Histogram.ZeroCount, false), (rows.Histograms[0]!.Count, rows.Histograms[0]!.Sum, rows.Histograms[0]!.ZeroCount, rows.Histograms[0]!.IsFloat));
        Assert.Equal([1.5, 1], rows.Histograms[1]!.PositiveBuckets);
        Assert.True(rows.Histograms[1]!.IsFloat);
        var exemplars = receiver.Received.Store.SelectExemplars([[]], 0, long.MaxValue, default);
        Assert.Equal(new Exemplar(Labels.Of("trace_id", "abc"), 0.5, 900), Assert.Single(Assert.Single(exemplars).Exemplars));
        if (message == RemoteWriteMessageType.Two)
        {
            Assert.Equal([500], found[0].CreatedTimes());
            Assert.Equal(new MetricMetadata(MetricType.Histogram, "Help \"me\".", "seconds"), receiver.Received.Metadata()["m"]);
        }
    }

    [Fact]
    public async Task Histograms_with_custom_buckets_need_version_2()
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        var config = TestSending.ConfigOf(receiver.Url);
        sending.Apply(config with { Name = "one" }, config with { Name = "two", Message = RemoteWriteMessageType.Two });

        using (var appender = sending.Sender.Store.OpenAppender())
        {
            var series = default(SeriesRef);
            appender.AppendHistogram(ref series, TestSending.Series(0), 1000, new NativeHistogram
            {
                Schema = NativeHistogram.CustomBucketsSchema,
                Count = 3,
                Sum = 4,
                PositiveSpans = [new BucketSpan(0, 2)],
                PositiveBuckets = [1, 2],
                CustomBounds = [0.5],
            });
            appender.Commit();
        }
        var figures = sending.Sender.Remotes().ToDictionary(remote => remote.Name, remote => remote.Figures);
        await TestSending.EventuallyAsync(() => figures["two"].Sent(SampleKind.Histogram) == 1 && figures["one"].Dropped(DropReason.CustomBuckets) == 1, "it does not arrive");

        Assert.Equal([0.5], receiver.Received.Histogram().CustomBounds);
    }

    [Fact]
    public async Task Labels_are_the_external_ones_too_and_relabelled()
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        var remote = TestSending.ConfigOf(receiver.Url) with
        {
            WriteRelabelConfigs =
            [
                new RelabelConfig { SourceLabels = ["i"], Regex = new AnchoredRegex("1"), Action = RelabelAction.Drop },
                new RelabelConfig { SourceLabels = ["site"], TargetLabel = "place" },
            ],
        };
        sending.Sender.Apply([remote], Labels.Of("site", "a", "i", "never"));

        sending.Append(1000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 2, "they do not arrive");

        Assert.Equal(["m{i=\"0\", place=\"a\", site=\"a\"} 1@1000", "m{i=\"2\", place=\"a\", site=\"a\"} 3@1000"], receiver.Received.Samples());
        Assert.Equal(1, sending.Remote.Figures.Dropped(DropReason.DroppedSeries));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_the_receiver_cannot_take_now_is_sent_again(int status)
    {
        using var receiver = new TestReceiver(request => new TestAnswer(request.Number < 3 ? status : 204, "not now"));
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(receiver.Url));

        sending.Append(1000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "they do not arrive");
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Sent(SampleKind.Sample) == 3, "they do not count as sent");

        Assert.Equal((0, 9), (sending.Remote.Figures.Failed(SampleKind.Sample), sending.Remote.Figures.Retried(SampleKind.Sample)));
        Assert.Equal("3", receiver.Requests.Last().Headers["Retry-Attempt"]);
        Assert.Contains("fails and is tried again", sending.Log.Text, StringComparison.Ordinal);
        Assert.Contains("goes on after", sending.Log.Text, StringComparison.Ordinal);
        Assert.Equal(RemoteState.Idle, sending.Remote.State);
    }

    [Fact]
    public async Task Garbage_silence_and_no_answer_at_all_are_tried_again()
    {
        var port = FreePort.Next();
        await using var sending = new TestSending(_folder);
        using (var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port))
        {
            listener.Start();
            sending.Apply(TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write")) with { RemoteTimeoutMs = 300 });
            sending.Append(1000);
            using (var garbage = await listener.AcceptTcpClientAsync())
            {
                await garbage.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.6\r\n\0\0\r\n\r\n"u8.ToArray());
                await TestSending.EventuallyAsync(() => sending.Remote.State == RemoteState.Retrying, "garbage is taken for an answer");
            }
            using (await listener.AcceptTcpClientAsync())
            {
                // Closed at once.
            }
            using var silent = await listener.AcceptTcpClientAsync();
            await TestSending.EventuallyAsync(() => sending.Remote.LastError.Contains("context deadline exceeded", StringComparison.Ordinal), "silence is waited for");
            // Answered here: HttpListener fails where somebody connects while it starts.
            for (var attempt = 0; attempt < 60 && sending.Remote.Figures.Sent(SampleKind.Sample) < 3; attempt++)
            {
                await RawRequest.AnswerNextAsync(listener, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        }

        Assert.Equal((3, 0), (sending.Remote.Figures.Sent(SampleKind.Sample), sending.Remote.Figures.Failed(SampleKind.Sample)));
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(429, false)]
    public async Task What_the_receiver_refuses_is_dropped_and_counted(int status, bool retries429)
    {
        using var receiver = new TestReceiver(request => request.Number == 0 ? new TestAnswer(status, "out of order\nmore") : new TestAnswer(204));
        await using var sending = new TestSending(_folder);
        var config = TestSending.ConfigOf(receiver.Url);
        sending.Apply(config with { Queue = config.Queue with { RetryOnHttp429 = retries429 } });

        sending.Append(1000);
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Failed(SampleKind.Sample) == 3, "they are not refused");
        sending.Append(2000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "what comes later does not arrive");

        Assert.All(receiver.Received.Samples(), sample => Assert.EndsWith("@2000", sample, StringComparison.Ordinal));
        Assert.Contains($"server returned HTTP status {status}", sending.Remote.LastError, StringComparison.Ordinal);
        Assert.EndsWith("out of order", sending.Remote.LastError, StringComparison.Ordinal);
        Assert.Contains("refuses 3 samples for good", sending.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receiver_says_when_to_come_again()
    {
        // Longer than all back-off together that there would be without.
        using var receiver = new TestReceiver(request => request.Number == 0 ? new TestAnswer(503, "", "1") : new TestAnswer(204));
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(receiver.Url));

        var start = System.Diagnostics.Stopwatch.StartNew();
        sending.Append(1000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "they do not arrive");

        Assert.True(start.Elapsed >= TimeSpan.FromMilliseconds(900), $"it came again after {start.ElapsedMilliseconds} ms");
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Success_of_version_2_without_a_word_on_what_is_stored_is_none()
    {
        using var receiver = new TestReceiver(_ => new TestAnswer(204) { SaysWhatIsWritten = false });
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(receiver.Url) with { Message = RemoteWriteMessageType.Two });

        sending.Append(1000);
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Failed(SampleKind.Sample) == 3, "they count as sent");

        Assert.Contains("may know version 1.0 only", sending.Remote.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_old_is_not_sent()
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        var config = TestSending.ConfigOf(receiver.Url);
        sending.Apply(config with { Queue = config.Queue with { SampleAgeLimitMs = 3_600_000 } });

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        sending.Append(now - 7_200_000);
        sending.Append(now);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "they do not arrive");

        Assert.Equal(3, sending.Remote.Figures.Dropped(DropReason.TooOld));
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Pending(SampleKind.Sample) == 0, "they count as on their way");
    }

    [Fact]
    public async Task What_was_not_sent_is_sent_by_the_next_process()
    {
        var port = FreePort.Next();
        var remote = TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write"));
        await using (var sending = new TestSending(_folder))
        {
            sending.Apply(remote);
            for (var second = 1; second <= 10; second++)
            {
                sending.Append(second * 1000);
            }
            await TestSending.EventuallyAsync(() => sending.Remote.State == RemoteState.Retrying, "it is not tried");
            Assert.Equal(9, sending.Remote.BehindSeconds);
        }
        using var receiver = new TestReceiver(port: port);
        await using var next = new TestSending(_folder);
        next.Apply(remote);
        next.Append(11_000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 33, "they do not arrive");
    }

    /// <summary>A kill may come before positions are noted for the first time.</summary>
    [Fact]
    public async Task Place_of_a_new_remote_is_noted_before_anything_is_queued()
    {
        await using var sending = new TestSending(_folder);
        sending.Apply(TestSending.ConfigOf(new Uri("http://127.0.0.1:9/w")) with { Name = "new" });

        Assert.Contains("\"new\"", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "positions.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_is_not_sent_by_the_next_process()
    {
        using var receiver = new TestReceiver();
        await using (var sending = new TestSending(_folder))
        {
            sending.Apply(TestSending.ConfigOf(receiver.Url));
            sending.Append(1000);
            await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 3, "they do not arrive");
        }
        var requests = receiver.Requests.Count;
        await using var next = new TestSending(_folder);
        next.Apply(TestSending.ConfigOf(receiver.Url));
        next.Append(2000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 6, "they do not arrive");

        Assert.Equal(requests + 1, receiver.Requests.Count);
    }

    [Fact]
    public async Task Queue_that_is_full_loses_the_oldest_and_says_so()
    {
        var port = FreePort.Next();
        await using var sending = new TestSending(_folder, maxQueueBytes: 64 * 1024, segmentBytes: 8 * 1024);
        var config = TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write"));
        sending.Apply(config with { Queue = config.Queue with { Capacity = 100, MaxSamplesPerSend = 50 } });
        for (var second = 1; second <= 300; second++)
        {
            sending.Append(second * 1000, series: 100);
        }
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Dropped(DropReason.QueueFull) > 0 && sending.Sender.QueueBytes <= 64 * 1024, "nothing is dropped");
        Assert.Contains("are dropped, which 1 remotes did not get", sending.Log.Text, StringComparison.Ordinal);

        using var receiver = new TestReceiver(port: port);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Contains("m{i=\"99\"} 399@300000"), "the newest do not arrive");
        await TestSending.EventuallyAsync(() => sending.Remote.State == RemoteState.Idle, "it does not come to rest");
        Assert.Equal(300 * 100, receiver.Received.Samples().Length + sending.Remote.Figures.Dropped(DropReason.QueueFull));
    }

    [Fact]
    public async Task Remote_that_is_the_same_goes_on_through_a_reload()
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        var same = TestSending.ConfigOf(receiver.Url) with { Name = "same" };
        var other = TestSending.ConfigOf(receiver.Url) with { Name = "other", WriteRelabelConfigs = [new RelabelConfig { TargetLabel = "to", Replacement = "other" }] };
        sending.Apply(same, other);
        sending.Append(1000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 6, "they do not arrive");
        var figures = sending.Sender.Remotes()[0].Figures;

        sending.Apply(same with { WriteRelabelConfigs = [] }, other with { RemoteTimeoutMs = 1234 });
        sending.Append(2000);
        await TestSending.EventuallyAsync(() => receiver.Received.Samples().Length == 12, "they do not arrive");

        Assert.Same(figures, sending.Sender.Remotes()[0].Figures);
        await TestSending.EventuallyAsync(() => sending.Sender.Remotes()[1].Figures.Sent(SampleKind.Sample) == 3, "it does not count anew");
        sending.Apply();
        sending.Append(3000);
        Assert.Empty(sending.Sender.Remotes());
        await TestSending.EventuallyAsync(() => sending.Sender.QueueBytes < 4096, "what nobody needs is kept");
    }

    [Fact]
    public async Task Samples_of_a_series_arrive_in_order_whatever_the_shards()
    {
        // The receiver's store takes any order, so the order is that of the requests.
        using var receiver = new TestReceiver(request => new TestAnswer(request.Number % 7 == 3 ? 500 : 204));
        await using var sending = new TestSending(_folder);
        var config = TestSending.ConfigOf(receiver.Url);
        sending.Apply(config with { Queue = config.Queue with { MinShards = 4, MaxSamplesPerSend = 40, Capacity = 100 } });
        for (var second = 1; second <= 50; second++)
        {
            sending.Append(second * 1000, series: 20);
        }
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Sent(SampleKind.Sample) == 1000, "they do not arrive");

        var latest = new Dictionary<string, long>();
        foreach (var request in receiver.Requests.Where(request => request.Number % 7 != 3))
        {
            using var one = new Support.Receiving();
            one.Receiver.Write(request.Body, RemoteWriteVersion.One);
            foreach (var sample in one.Samples())
            {
                var (series, time) = (sample.Split(' ')[0], long.Parse(sample.Split('@')[1], System.Globalization.CultureInfo.InvariantCulture));
                Assert.True(time > latest.GetValueOrDefault(series), $"{series}: {time} after {latest.GetValueOrDefault(series)}");
                latest[series] = time;
            }
        }
        Assert.Equal(20, latest.Count);
        Assert.Equal(4, sending.Remote.Shards);
    }

    [Fact]
    public async Task Secrets_are_neither_shown_nor_logged()
    {
        using var receiver = new TestReceiver(_ => new TestAnswer(500));
        await using var sending = new TestSending(_folder);
        var url = new UriBuilder(receiver.Url) { UserName = "me", Password = "s3cret" }.Uri;
        sending.Apply(TestSending.ConfigOf(url) with { Headers = new Dictionary<string, Secret> { ["X-Token"] = new("t0ken") } });
        sending.Append(1000);
        await TestSending.EventuallyAsync(() => sending.Remote.State == RemoteState.Retrying, "it is not tried");

        Assert.Equal("t0ken", receiver.Requests.First().Headers["X-Token"]);
        Assert.StartsWith("Basic ", receiver.Requests.First().Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", sending.Log.Text + sending.Remote, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", sending.Log.Text + sending.Remote, StringComparison.Ordinal);
        Assert.Contains("me:xxxxx@", sending.Remote.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_of_version_1_are_sent_at_their_interval()
    {
        using var receiver = new TestReceiver();
        await using var sending = new TestSending(_folder);
        using (var appender = sending.Sender.Store.OpenAppender())
        {
            // Before there is a remote: a scrape says it once.
            appender.SetMetadata("m", new MetricMetadata(MetricType.Counter, "Help.", ""));
            appender.Commit();
        }
        sending.Apply(TestSending.ConfigOf(receiver.Url) with { Metadata = new RemoteWriteMetadataConfig { SendIntervalMs = 20 } });

        await TestSending.EventuallyAsync(() => receiver.Received.Metadata().ContainsKey("m"), "they do not arrive");

        Assert.Equal(new MetricMetadata(MetricType.Counter, "Help.", ""), receiver.Received.Metadata()["m"]);
    }

    /// <summary>As Prometheus does with messages of version 1: one sample that is out of order, and nothing of the message is stored.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(20)]
    [InlineData(45)]
    public async Task Repetition_that_is_refused_does_not_cost_what_is_new(int alreadyThere)
    {
        var port = FreePort.Next();
        var config = TestSending.ConfigOf(new Uri($"http://127.0.0.1:{port}/api/v1/write"));
        var remote = config with { Queue = config.Queue with { BatchSendDeadlineMs = 1000, MaxSamplesPerSend = 50 } };
        await using (var before = new TestSending(_folder))
        {
            before.Apply(remote);
            for (var second = 1; second <= 5; second++)
            {
                before.Append(second * 1000, series: 10);
            }
        }
        var latest = new Dictionary<string, long>();
        for (var i = 0; i < alreadyThere; i++)
        {
            latest[$"m{{i=\"{i % 10}\"}}"] = (i / 10 + 1) * 1000;
        }
        using var receiver = new TestReceiver(
            request =>
            {
                using var one = new Support.Receiving();
                one.Receiver.Write(request.Body, RemoteWriteVersion.One);
                var samples = one.Samples().Select(s => (Series: s.Split(' ')[0], Time: long.Parse(s.Split('@')[1], System.Globalization.CultureInfo.InvariantCulture))).ToList();
                lock (latest)
                {
                    if (samples.Any(sample => sample.Time <= latest.GetValueOrDefault(sample.Series)))
                    {
                        return new TestAnswer(400, "out of order sample");
                    }
                    samples.ForEach(sample => latest[sample.Series] = Math.Max(sample.Time, latest.GetValueOrDefault(sample.Series)));
                    return new TestAnswer(204);
                }
            },
            port);
        await using var sending = new TestSending(_folder);
        sending.Apply(remote);
        await TestSending.EventuallyAsync(() => sending.Remote.Figures.Sent(SampleKind.Sample) == 50 - alreadyThere, "what is new does not arrive");
        await TestSending.EventuallyAsync(() => sending.Remote.State == RemoteState.Idle, "it does not come to rest");

        Assert.Equal((0, alreadyThere), (sending.Remote.Figures.Failed(SampleKind.Sample), sending.Remote.Figures.Repeated));
        Assert.DoesNotContain("for good", sending.Log.Text, StringComparison.Ordinal);
        Assert.Equal(50 - alreadyThere, receiver.Received.Samples().Length);
    }

    private static NativeHistogram Histogram { get; } = new()
    {
        Schema = 3,
        ZeroThreshold = 0.001,
        ZeroCount = 2,
        Count = 9,
        Sum = -18.5,
        PositiveSpans = [new BucketSpan(-2, 1), new BucketSpan(3, 1)],
        PositiveBuckets = [4, 2],
        NegativeSpans = [new BucketSpan(0, 1)],
        NegativeBuckets = [1],
        CounterResetHint = CounterResetHint.NotCounterReset,
    };
}
