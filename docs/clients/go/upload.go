// Upload sends one call, signed as the guide says. Go 1.19 or newer, nothing else:
//
//	PORTAL_AK=... PORTAL_SK=... go run upload.go ADDRESS param.json
//
// It prints the answer and ends with 1 where the call was refused.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	ak, sk := os.Getenv("PORTAL_AK"), os.Getenv("PORTAL_SK")
	content, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	// The very text that is signed is the text that is sent: it is never parsed and written anew.
	param := strings.TrimSpace(string(content))

	timestamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	sum := sha256.Sum256([]byte(ak + timestamp + sk + param))
	message, err := json.Marshal(map[string]string{
		"ak": ak, "timestamp": timestamp, "sign": hex.EncodeToString(sum[:]), "param": param,
	})
	if err != nil {
		log.Fatal(err)
	}

	answer, err := http.Post(os.Args[1], "application/json", bytes.NewReader(message))
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	if answer.StatusCode >= 300 {
		os.Exit(1)
	}
}
