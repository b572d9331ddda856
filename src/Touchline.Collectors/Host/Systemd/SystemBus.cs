using Tmds.DBus.Protocol;

namespace Touchline.Collectors.Host.Systemd;

/// <summary>A connection to the system's D-Bus. Calls may be under way side by side.</summary>
internal sealed class SystemBus : IDisposable
{
    // Below what the host collector grants, so that a bus that does not answer is named as such and leaves no thread behind.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private readonly DBusConnection _connection;

    private SystemBus(DBusConnection connection) => _connection = connection;

    /// <summary>Connects, asks and returns the answer, blocking meanwhile: the host collector's threads are made for that.</summary>
    /// <exception cref="IOException">The bus, or who is asked, does not answer in time.</exception>
    /// <exception cref="DBusConnectFailedException">There is no bus at the address, or it does not let us in.</exception>
    public static T Ask<T>(string address, Func<SystemBus, CancellationToken, Task<T>> ask)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return AskAsync(address, ask, patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new IOException("the system bus does not answer");
        }
    }

    /// <summary>Calls a method without arguments.</summary>
    /// <exception cref="DBusErrorReplyException">There is no such service or method.</exception>
    public Task<T> CallAsync<T>(string service, string path, string kind, string member, MessageValueReader<T> read)
    {
        using var writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(service, path, kind, member);
        return _connection.CallMethodAsync(writer.CreateMessage(), read, null);
    }

    /// <summary>A property of an object, null where it has none of the name or is gone.</summary>
    public async Task<VariantValue?> PropertyAsync(string service, string path, string kind, string name)
    {
        try
        {
            return await _connection.CallMethodAsync(
                PropertyCall(service, path, kind, name), static (message, _) => message.GetBodyReader().ReadVariantValue(), null);
        }
        catch (DBusErrorReplyException)
        {
            return null;
        }
    }

    /// <summary>Calls that are still under way fail.</summary>
    public void Dispose() => _connection.Dispose();

    private static async Task<T> AskAsync<T>(string address, Func<SystemBus, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var bus = new SystemBus(new DBusConnection(address));
        await bus._connection.ConnectAsync().AsTask().WaitAsync(cancellationToken);
        return await ask(bus, cancellationToken);
    }

    private MessageBuffer PropertyCall(string service, string path, string kind, string name)
    {
        using var writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(service, path, "org.freedesktop.DBus.Properties", "Get", "ss");
        writer.WriteString(kind);
        writer.WriteString(name);
        return writer.CreateMessage();
    }
}
