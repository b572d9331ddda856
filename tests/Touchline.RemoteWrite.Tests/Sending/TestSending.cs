using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Sending.Passing;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Sending;

/// <summary>A sender in a folder, and what tests do with it.</summary>
internal sealed class TestSending : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public TestSending(TestFolder folder, long maxQueueBytes = 1L << 30, long segmentBytes = 16 << 20)
    {
        Sender = new RemoteWriteSender(
            new PassingStore(TimeProvider.System),
            new SendingOptions
            {
                Directory = folder.Path,
                MaxQueueBytes = maxQueueBytes,
                SegmentBytes = segmentBytes,
                SyncInterval = TimeSpan.FromMilliseconds(50),
            },
            TimeProvider.System,
            Log);
    }

    public RemoteWriteSender Sender { get; }

    public LogLines Log { get; } = new();

    public RemoteStatus Remote => Sender.Remotes()[0];

    /// <summary>A remote that sends at once and comes again soon.</summary>
    public static RemoteWriteConfig ConfigOf(Uri url) => new()
    {
        Url = url,
        Queue = new RemoteWriteQueueConfig { BatchSendDeadlineMs = 20, MinBackoffMs = 5, MaxBackoffMs = 20 },
        Metadata = new RemoteWriteMetadataConfig { Send = false },
        SendExemplars = true,
        SendNativeHistograms = true,
    };

    public void Apply(params RemoteWriteConfig[] remotes) => Sender.Apply(remotes, Labels.Empty);

    /// <summary>Appends one sample to each of the series, named m{i="0"} and so on.</summary>
    public void Append(long timeMs, int series = 3, string name = "m")
    {
        using var appender = Sender.Store.OpenAppender();
        for (var i = 0; i < series; i++)
        {
            var reference = default(SeriesRef);
            Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, Series(i, name), timeMs, i + timeMs / 1000.0));
        }
        appender.Commit();
    }

    public static Labels Series(int i, string name = "m") => Labels.Of("__name__", name, "i", $"{i}");

    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, what);
            await Task.Delay(10);
        }
    }

    public ValueTask DisposeAsync() => Sender.DisposeAsync();
}

/// <summary>What was logged.</summary>
internal sealed class LogLines : ILogger<RemoteWriteSender>
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => NullLogger.Instance.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
