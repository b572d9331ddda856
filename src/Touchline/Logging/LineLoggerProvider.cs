using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Touchline.Options;

namespace Touchline.Logging;

/// <summary>Log lines as Prometheus writes them: one a record, logfmt or JSON, on one writer. Thread-safe.</summary>
internal sealed class LineLoggerProvider(TextWriter output, LogFormat format, LogLevel lowest, TimeProvider time) : ILoggerProvider
{
    private static readonly JsonSerializerOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new();
    private readonly Lock _writing = new();

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(this, name));

    public void Dispose() => _loggers.Clear();

    private bool IsEnabled(string category, LogLevel level)
    {
        if (level == LogLevel.None || level < lowest)
        {
            return false;
        }
        // The framework tells of every request at Information; what is of use to an operator starts at Warning.
        return level >= LogLevel.Warning || lowest == LogLevel.Debug || category.StartsWith("Touchline", StringComparison.Ordinal);
    }

    private void Write(string category, LogLevel level, string message, Exception? exception)
    {
        var at = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var component = category[(category.LastIndexOf('.') + 1)..];
        var name = level switch
        {
            LogLevel.Trace or LogLevel.Debug => "DEBUG",
            LogLevel.Information => "INFO",
            LogLevel.Warning => "WARN",
            _ => "ERROR",
        };
        var error = exception is null ? null : lowest == LogLevel.Debug ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}";
        var line = new StringBuilder();
        if (format == LogFormat.Json)
        {
            line.Append("{\"time\":").Append(Quoted(at)).Append(",\"level\":").Append(Quoted(name))
                .Append(",\"component\":").Append(Quoted(component)).Append(",\"msg\":").Append(Quoted(message));
            if (error is not null)
            {
                line.Append(",\"err\":").Append(Quoted(error));
            }
            line.Append('}');
        }
        else
        {
            line.Append("time=").Append(at).Append(" level=").Append(name).Append(" component=").Append(component).Append(" msg=").Append(Quoted(message));
            if (error is not null)
            {
                line.Append(" err=").Append(Quoted(error));
            }
        }
        lock (_writing)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, JsonOptions);

    private sealed class LineLogger(LineLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => provider.IsEnabled(category, logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Write(category, logLevel, formatter(state, exception), exception);
            }
        }
    }
}
