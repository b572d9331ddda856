using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class RepetitionTests
{
    private readonly RemoteSeries[] _series = [.. Enumerable.Range(0, 6).Select(i => new RemoteSeries(TestSending.Series(i)))];
    private readonly RecordProgress _record = new(default, new QueuePosition(1, 100), isRepeated: true);
    private readonly Dictionary<RemoteSeries, long> _latest = [];
    private readonly HashSet<(RemoteSeries, long)> _stored = [];

    /// <summary>The receiver is Prometheus's: it takes the newest sample of a series twice, and nothing of a message with an older one.</summary>
    [Fact]
    public async Task Nothing_that_is_new_is_lost_wherever_a_process_before_ended()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var samples = Samples(random, random.Next(1, 40));
            _latest.Clear();
            _stored.Clear();
            foreach (var before in samples[..random.Next(0, samples.Length + 1)])
            {
                Store(before);
            }
            var repetition = new Repetition(samples);
            var wrong = new List<PendingSample>();

            Assert.True(await repetition.SendAsync(TrySend, given => wrong.AddRange(given.Where(sample => !_stored.Contains((sample.Series, sample.TimestampMs))))));

            Assert.Empty(wrong);
            Assert.Empty(repetition.Left);
            Assert.All(samples, sample => Assert.Contains((sample.Series, sample.TimestampMs), _stored));
        }
    }

    [Fact]
    public async Task What_is_left_where_it_stops_is_neither_sent_nor_given_up()
    {
        var random = new Random(11);
        for (var run = 0; run < 300; run++)
        {
            var samples = Samples(random, random.Next(1, 40));
            _latest.Clear();
            _stored.Clear();
            foreach (var before in samples[..random.Next(0, samples.Length)])
            {
                Store(before);
            }
            var requests = random.Next(0, 6);
            var settled = new List<PendingSample>();
            var repetition = new Repetition(samples);

            await repetition.SendAsync(
                async part =>
                {
                    var answer = requests-- > 0 ? await TrySend(part) : null;
                    settled.AddRange(answer == true ? part : []);
                    return answer;
                },
                settled.AddRange);

            Assert.Equal(
                samples.Select(sample => (sample.Series, sample.TimestampMs)).ToHashSet(),
                settled.Concat(repetition.Left).Select(sample => (sample.Series, sample.TimestampMs)).ToHashSet());
            Assert.Equal(samples.Length, settled.Count + repetition.Left.Count());
        }
    }

    [Theory]
    [InlineData("server returned HTTP status 400 Bad Request: out of order sample", true)]
    [InlineData("send failed (err-mimir-sample-duplicate-timestamp): another sample with the same timestamp", true)]
    [InlineData("server returned HTTP status 400 Bad Request: invalid labels", false)]
    public void Refusals_are_told_apart(string error, bool isRepetition) => Assert.Equal(isRepetition, RefusalText.TellsOfRepetition(error));

    /// <summary>As scrapes make them: each holds some of the series, at a time of its own.</summary>
    private PendingSample[] Samples(Random random, int count)
    {
        var samples = new List<PendingSample>();
        for (var time = 1; samples.Count < count; time++)
        {
            samples.AddRange(_series.Where(_ => random.Next(3) > 0).Select(series => new PendingSample(series, SampleKind.Sample, time, 1, null, _record)));
        }
        return [.. samples];
    }

    private ValueTask<bool?> TrySend(PendingSample[] part)
    {
        var isRefused = part.Any(sample => sample.TimestampMs < _latest.GetValueOrDefault(sample.Series));
        foreach (var sample in isRefused ? [] : part)
        {
            Store(sample);
        }
        return ValueTask.FromResult<bool?>(!isRefused);
    }

    private void Store(PendingSample sample)
    {
        _latest[sample.Series] = sample.TimestampMs;
        _stored.Add((sample.Series, sample.TimestampMs));
    }
}
