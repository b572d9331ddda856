using System.Threading.Channels;

namespace Touchline.Scraping.Discovery;

/// <summary>Tells one that waits that something changed; changes while nobody waits are one. Thread-safe.</summary>
internal sealed class ChangeSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _channel.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
