using System.Collections.Concurrent;
using Snappier;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Decoding;
using Touchline.RemoteWrite.Series;
using Touchline.Storage;

namespace Touchline.RemoteWrite;

/// <summary>
/// Stores messages of Prometheus remote write, 1.0 and 2.0: decompresses the body, walks it where it lies and appends as it goes, one batch
/// a message. What is good in a message is stored although something else in it is not. Thread-safe.
/// </summary>
public sealed class RemoteWriteReceiver(IMetricAppendable store, RemoteWriteOptions options, TimeProvider time) : IDisposable
{
    // Whoever knew it could make two series of his own share one hash.
    private readonly long _seed = Random.Shared.NextInt64();
    private readonly KnownSeries _known = new(options.MaxKnownSeries, time);
    private readonly ConcurrentBag<Session> _idle = [];

    public RemoteWriteOptions Options => options;

    public RemoteWriteFigures Figures { get; } = new();

    /// <summary>Series that are found by the bytes of their labels.</summary>
    public int KnownSeries => _known.Count;

    /// <summary>Decodes and stores one body, in Snappy's block format. Works on the calling thread throughout.</summary>
    public RemoteWriteResult Write(ReadOnlySpan<byte> body, RemoteWriteVersion version)
    {
        if (!_idle.TryTake(out var session))
        {
            session = new Session(new WriteBatch(store.OpenAppender(), _known), _seed);
        }
        try
        {
            var result = session.Write(body, version, options);
            Count(body.Length, result.Outcome, session.Counts);
            return result;
        }
        finally
        {
            _idle.Add(session);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private void Count(int bytes, RemoteWriteOutcome outcome, MessageCounts counts)
    {
        switch (outcome)
        {
            case RemoteWriteOutcome.Stored or RemoteWriteOutcome.PartlyStored:
                Figures.Count(bytes, counts);
                break;
            case RemoteWriteOutcome.Unavailable:
                Figures.CountUnavailable();
                break;
            default:
                Figures.CountMalformed();
                break;
        }
    }

    /// <summary>What one message at a time needs, kept for the next one.</summary>
    private sealed class Session(WriteBatch batch, long seed) : IDisposable
    {
        /// <summary>A buffer that one huge message made larger is not kept.</summary>
        private const int KeepBytes = 4 * 1024 * 1024;

        private readonly WriteRequestReader _one = new(seed);
        private readonly RequestReader _two = new(seed);
        private byte[] _message = [];

        /// <summary>Of the message that was written last.</summary>
        public MessageCounts Counts => batch.Counts;

        public RemoteWriteResult Write(ReadOnlySpan<byte> body, RemoteWriteVersion version, RemoteWriteOptions options)
        {
            try
            {
                var length = Snappy.GetUncompressedLength(body);
                if (length > options.MaxMessageBytes)
                {
                    return Failed(RemoteWriteOutcome.TooLarge, $"the message has {length} bytes; at most {options.MaxMessageBytes} are taken");
                }
                if (_message.Length < length)
                {
                    _message = GC.AllocateUninitializedArray<byte>(Math.Max(length, 64 * 1024));
                }
                var written = Snappy.Decompress(body, _message);
                if (written != length)
                {
                    return Failed(RemoteWriteOutcome.Malformed, $"the body is not in snappy's block format: it holds {written} bytes and says {length}");
                }
                return Store(_message.AsSpan(0, written), version == RemoteWriteVersion.Two ? _two : _one);
            }
            catch (InvalidDataException e)
            {
                return Failed(RemoteWriteOutcome.Malformed, $"the body is not in snappy's block format: {e.Message}");
            }
            catch (MalformedMessageException e)
            {
                return Failed(RemoteWriteOutcome.Malformed, $"the body is no message of remote write: {e.Message}");
            }
            finally
            {
                batch.Rollback();
                if (_message.Length > KeepBytes)
                {
                    _message = [];
                }
            }
        }

        public void Dispose() => batch.Dispose();

        private RemoteWriteResult Store(ReadOnlySpan<byte> message, IMessageReader reader)
        {
            batch.Begin();
            reader.Read(message, batch);
            if (batch.IsUnavailable || batch.Commit() != CommitStatus.Committed)
            {
                return Failed(RemoteWriteOutcome.Unavailable, "storage refuses samples for now: the disk is full or cannot be written");
            }
            var refused = batch.Refused;
            var outcome = refused.Length == 0 ? RemoteWriteOutcome.Stored : RemoteWriteOutcome.PartlyStored;
            return new RemoteWriteResult(outcome, Counts.Samples, Counts.Histograms, Counts.Exemplars, refused);
        }

        private static RemoteWriteResult Failed(RemoteWriteOutcome outcome, string reason) => new(outcome, 0, 0, 0, reason);
    }
}
