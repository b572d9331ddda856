using Microsoft.Extensions.Logging;

namespace Touchline.Collectors.Tests;

/// <summary>Keeps what is logged from information up.</summary>
internal sealed class RecordedLog<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Lines.Add(formatter(state, exception));
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
