using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Collectors.Tests;

public sealed class CollectionLoopTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
    private readonly RecordingStore _store = new();
    private readonly FakeSource _source = new();
    private readonly RecordedLog<CollectionLoop> _log = new();

    [Fact]
    public void Collection_is_stored_with_job_and_instance_and_the_series_on_itself()
    {
        _source.Write = writer =>
        {
            writer.Family("fans", MetricType.Gauge, "Fans that turn.");
            writer.Sample(2, "case", "left");
            writer.Sample(3, "case", "right");
        };

        using var loop = new SteppedLoop(this);
        loop.Collect();

        Assert.Equal(
            ["fans{case=\"left\", instance=\"host\", job=\"node\"} 1000000:2", "fans{case=\"right\", instance=\"host\", job=\"node\"} 1000000:3",
                "scrape_duration_seconds{instance=\"host\", job=\"node\"} 1000000:0", "scrape_samples_post_metric_relabeling{instance=\"host\", job=\"node\"} 1000000:2",
                "scrape_samples_scraped{instance=\"host\", job=\"node\"} 1000000:2", "scrape_series_added{instance=\"host\", job=\"node\"} 1000000:2",
                "up{instance=\"host\", job=\"node\"} 1000000:1"],
            _store.Contents());
        Assert.Equal(new MetricMetadata(MetricType.Gauge, "Fans that turn.", ""), _store.Metadata("fans"));
        Assert.Null(_store.Metadata("up"));
    }

    [Fact]
    public void Series_that_is_gone_gets_one_staleness_marker()
    {
        string[] cases = ["left", "right"];
        _source.Write = writer =>
        {
            writer.Family("fans", MetricType.Gauge, "");
            foreach (var name in cases)
            {
                writer.Sample(1, "case", name);
            }
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();
        cases = ["right"];
        loop.Collect();
        loop.Collect();
        cases = ["left", "right"];
        loop.Collect();

        Assert.Equal(
            ["fans{case=\"left\", instance=\"host\", job=\"node\"} 1000000:1 1015000:stale 1045000:1",
                "fans{case=\"right\", instance=\"host\", job=\"node\"} 1000000:1 1015000:1 1030000:1 1045000:1"],
            _store.Contents("fans"));
        Assert.Equal("scrape_series_added{instance=\"host\", job=\"node\"} 1000000:2 1015000:0 1030000:0 1045000:1", _store.Contents("scrape_series").Single());
    }

    [Fact]
    public void Native_histograms_are_stored_as_such_and_go_stale()
    {
        var isThere = true;
        _source.Write = writer =>
        {
            writer.Family("took", MetricType.Histogram, "");
            if (isThere)
            {
                var histogram = new NativeHistogram { Count = 3, Sum = 4, PositiveSpans = [new BucketSpan(1, 1)], PositiveBuckets = [3] };
                Assert.True(writer.TryHistogram(histogram, "a", "b"));
                // The source says it twice; the first one stands.
                Assert.True(writer.TryHistogram(histogram with { Count = 2, PositiveBuckets = [2] }, "a", "b"));
            }
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();
        isThere = false;
        loop.Collect();

        Assert.Equal(["took{a=\"b\", instance=\"host\", job=\"node\"} 1000000:3@4 1015000:stale"], _store.Contents("took"));
        Assert.Equal("scrape_samples_scraped{instance=\"host\", job=\"node\"} 1000000:1 1015000:0", _store.Contents("scrape_samples_scraped").Single());
    }

    [Fact]
    public void Families_are_described_once()
    {
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Counter, "A.");
            writer.Sample(1);
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();
        loop.Collect();

        Assert.Equal(1, _store.Descriptions);
    }

    [Fact]
    public void Source_that_fails_is_down_and_nothing_of_it_is_kept()
    {
        var fails = false;
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "");
            writer.Sample(1);
            if (fails)
            {
                writer.Sample(2, "half", "written");
                throw new InvalidOperationException("lost the cable");
            }
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();
        fails = true;
        loop.Collect();
        fails = false;
        loop.Collect();

        Assert.Equal(["a{instance=\"host\", job=\"node\"} 1000000:1 1015000:stale 1030000:1"], _store.Contents("a"));
        Assert.Equal("up{instance=\"host\", job=\"node\"} 1000000:1 1015000:0 1030000:1", _store.Contents("up").Single());
        Assert.Equal("scrape_samples_scraped{instance=\"host\", job=\"node\"} 1000000:1 1015000:0 1030000:1", _store.Contents("scrape_samples_scraped").Single());
    }

    [Fact]
    public void Store_that_refuses_costs_the_collections_until_it_takes_them_again()
    {
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "A.");
            writer.Sample(1);
        };
        using var loop = new SteppedLoop(this);
        _store.Answer = CommitStatus.StorageUnavailable;
        loop.Collect();
        Assert.Contains("disk full", loop.Snapshot.LastError, StringComparison.Ordinal);
        _store.Answer = CommitStatus.Committed;
        _store.OpenFailure = new IOException("no appender");
        loop.Collect();
        Assert.Equal("no appender", loop.Snapshot.LastError);
        _store.OpenFailure = null;
        loop.Collect();

        Assert.Equal("", loop.Snapshot.LastError);
        Assert.Equal(["a{instance=\"host\", job=\"node\"} 1030000:1"], _store.Contents("a"));
        Assert.NotNull(_store.Metadata("a"));
    }

    [Fact]
    public void Refused_series_cost_themselves_and_are_told_once_and_when_it_is_over()
    {
        var few = false;
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "A.");
            writer.Sample(1);
            writer.Family("b", MetricType.Gauge, "B.");
            if (!few)
            {
                writer.Sample(2, "i", "1");
                writer.Sample(2, "i", "2");
            }
        };
        _store.FullMetrics.Add("b");
        using var loop = new SteppedLoop(this);
        loop.Collect();
        loop.Collect();
        Assert.Equal(("", 3, 2), (loop.Snapshot.LastError, loop.Snapshot.LastSamples, loop.Snapshot.LastRefused));
        Assert.Equal("up{instance=\"host\", job=\"node\"} 1000000:1 1015000:1", _store.Contents("up").Single());
        Assert.Equal("2 of 3 samples of node are not stored, the others are: a budget of series is used up; the Status page and status/cardinality name it", Assert.Single(_log.Lines));

        few = true;
        loop.Collect();
        Assert.Empty(_store.Contents("b"));
        few = false;
        _store.FullMetrics.Clear();
        loop.Collect();
        Assert.Equal(2, _store.Contents("b").Count);
        Assert.Equal("all that is collected of node is stored again", Assert.Single(_log.Lines.Skip(1)));
    }

    [Fact]
    public void Sample_said_twice_is_stored_once()
    {
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "");
            writer.Sample(1, "x", "1");
            writer.Sample(2, "x", "1");
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();

        Assert.Equal(["a{instance=\"host\", job=\"node\", x=\"1\"} 1000000:1"], _store.Contents("a"));
        Assert.Equal(1, loop.Snapshot.LastSamples);
    }

    [Fact]
    public void Own_label_of_a_sample_is_kept_beside_that_of_the_loop()
    {
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Histogram, "");
            writer.SuffixedSample("_bucket", 1, "le", "+Inf", "job", "mine");
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();

        Assert.Equal(["a_bucket{exported_job=\"mine\", instance=\"host\", job=\"node\", le=\"+Inf\"} 1000000:1"], _store.Contents("a_"));
    }

    [Fact]
    public void Series_keep_their_identity_when_their_order_changes()
    {
        string[] order = ["1", "2", "3", "4"];
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "");
            foreach (var x in order)
            {
                writer.Sample(int.Parse(x, System.Globalization.CultureInfo.InvariantCulture), "x", x);
            }
        };
        using var loop = new SteppedLoop(this);
        foreach (var next in (string[][])[["1", "2", "3", "4"], ["4", "2", "1", "3"], ["0", "1", "2", "3", "4"], ["1", "3", "4"], ["1", "3", "4"]])
        {
            order = next;
            loop.Collect();
        }

        Assert.Equal(
            ["a{instance=\"host\", job=\"node\", x=\"0\"} 1030000:0 1045000:stale",
                "a{instance=\"host\", job=\"node\", x=\"1\"} 1000000:1 1015000:1 1030000:1 1045000:1 1060000:1",
                "a{instance=\"host\", job=\"node\", x=\"2\"} 1000000:2 1015000:2 1030000:2 1045000:stale",
                "a{instance=\"host\", job=\"node\", x=\"3\"} 1000000:3 1015000:3 1030000:3 1045000:3 1060000:3",
                "a{instance=\"host\", job=\"node\", x=\"4\"} 1000000:4 1015000:4 1030000:4 1045000:4 1060000:4"],
            _store.Contents("a"));
    }

    [Fact]
    public void Collection_that_starts_a_little_late_keeps_its_even_timestamp()
    {
        _source.Write = writer =>
        {
            writer.Family("a", MetricType.Gauge, "");
            writer.Sample(1);
        };
        using var loop = new SteppedLoop(this);
        loop.Collect();
        _time.Advance(TimeSpan.FromMilliseconds(7));
        loop.Collect();
        _time.Advance(TimeSpan.FromMilliseconds(400));
        loop.Collect();

        Assert.Equal(["a{instance=\"host\", job=\"node\"} 1000000:1 1015000:1 1030407:1"], _store.Contents("a"));
    }

    [Fact]
    public async Task Running_loop_collects_at_once_and_then_at_each_interval()
    {
        var collected = new SemaphoreSlim(0);
        _source.Write = _ => collected.Release();
        var loop = NewLoop();
        await using (loop)
        {
            loop.Start();
            Assert.True(await collected.WaitAsync(TimeSpan.FromSeconds(30)));
            for (var i = 0; i < 3; i++)
            {
                // The loop may not wait for its timer yet, so time is pushed until it answers.
                while (!await collected.WaitAsync(TimeSpan.FromMilliseconds(20)))
                {
                    _time.Advance(TimeSpan.FromSeconds(15));
                }
            }
        }

        Assert.Equal("", loop.Snapshot.LastError);
        Assert.NotNull(loop.Snapshot.LastCollection);
        Assert.True(_source.Collections >= 4);
    }

    private CollectionLoop NewLoop() =>
        new(new CollectionOptions("node", "host", TimeSpan.FromSeconds(15)), _source, _store, _time, _log);

    /// <summary>A loop whose collections a test starts itself, 15 s apart.</summary>
    private sealed class SteppedLoop(CollectionLoopTests test) : IDisposable
    {
        private readonly CollectionLoop _loop = test.NewLoop();
        private bool _started;

        public CollectionSnapshot Snapshot => _loop.Snapshot;

        public void Collect()
        {
            if (_started)
            {
                test._time.Advance(TimeSpan.FromSeconds(15));
            }
            _started = true;
            _loop.CollectOnce(CancellationToken.None);
        }

        public void Dispose() => _loop.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
